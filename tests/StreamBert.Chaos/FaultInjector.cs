using StreamBert.Chaos.Plan;
using StreamBert.Chaos.Processes;

namespace StreamBert.Chaos;

/// <summary>Injects the faults of a plan into the instances of a run.</summary>
internal sealed class FaultInjector(ChaosOptions options, InstanceGroup instances, LoadGenerator load, RedisInstance? redis)
{
    private static readonly TimeSpan FsyncDelay = TimeSpan.FromMilliseconds(200);
    private readonly HashSet<string> _skipped = [];

    /// <summary>The faults that this machine could not inject, with the reason.</summary>
    public IReadOnlyList<string> Skipped => [.. _skipped];

    /// <summary>Injects a fault; into an active instance, only when a text has been acknowledged since the last fault.</summary>
    /// <exception cref="TimeoutException">No instance became active or acknowledged a text.</exception>
    public async Task InjectAsync(Fault fault, CancellationToken cancellation)
    {
        if (fault.Kind == FaultKind.KillDuringStart)
        {
            await KillDuringStartAsync(fault, cancellation);
            await instances.WaitForActiveAsync(cancellation);
            return;
        }

        var target = await instances.WaitForActiveAsync(cancellation);
        await load.WaitForAcknowledgementAsync(cancellation);
        await Task.Delay(fault.Delay, cancellation);
        await InjectAsync(fault, target, cancellation);
    }

    private Task InjectAsync(Fault fault, StreamBertInstance target, CancellationToken cancellation) => fault.Kind switch
    {
        FaultKind.Kill => KillAsync(target),
        FaultKind.Pause => PauseAsync(target, fault.Duration, cancellation),
        FaultKind.SlowDisk => SlowDiskAsync(target, fault.Duration, cancellation),
        FaultKind.KillState => redis!.RestartAsync(fault.Duration, cancellation),
        FaultKind.RestartBroker => RestartBrokerAsync(cancellation),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, "The fault is not injected into an active instance."),
    };

    private static async Task KillAsync(StreamBertInstance target)
    {
        await target.Process.KillAsync();
        await target.StartAsync();
    }

    private async Task KillDuringStartAsync(Fault fault, CancellationToken cancellation)
    {
        var target = await instances.WaitForActiveAsync(cancellation);
        await KillAsync(target);
        await Task.Delay(fault.Delay, cancellation);
        await KillAsync(target);
    }

    private static async Task PauseAsync(StreamBertInstance target, TimeSpan duration, CancellationToken cancellation)
    {
        await target.Process.SignalAsync(ProcessSignals.Suspend);
        await Task.Delay(duration, cancellation);
        await target.Process.SignalAsync(ProcessSignals.Resume);
    }

    private async Task SlowDiskAsync(StreamBertInstance target, TimeSpan duration, CancellationToken cancellation)
    {
        if (!await target.Process.SlowDiskAsync(FsyncDelay, duration, cancellation))
            _skipped.Add("slow disk: strace is not installed or is not permitted to attach");
    }

    private async Task RestartBrokerAsync(CancellationToken cancellation)
    {
        var command = options.BrokerRestartCommand
            ?? throw new InvalidOperationException("A plan with broker restarts needs the command that restarts the broker.");
        var (code, _) = await ChildProcess.RunAsync("/bin/sh", ["-c", command], cancellation);
        if (code != 0)
            throw new InvalidOperationException($"The restart command '{command}' failed with exit code {code}.");
    }
}
