using StreamBert.Chaos.Plan;

namespace StreamBert.Chaos.Processes;

/// <summary>The instances of a run.</summary>
internal sealed class InstanceGroup(ChaosOptions options, string? redis, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long an instance may take to become active, or texts to be processed.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private readonly Random _random = new(options.Seed);

    private readonly StreamBertInstance[] _instances =
        [.. Enumerable.Range(0, options.Instances).Select(number => new StreamBertInstance(options, number, redis))];

    /// <summary>The address of an active instance; null while none is active.</summary>
    public Uri? ActiveAddress =>
        _instances.Select(static instance => instance.Address).FirstOrDefault(static address => address is not null);

    public async Task StartAsync()
    {
        foreach (var instance in _instances)
            await instance.StartAsync();
    }

    public async Task StopAsync()
    {
        foreach (var instance in _instances)
            await instance.Process.StopAsync(Timeout);
    }

    /// <summary>Waits until an instance is active and returns a random one of those that are.</summary>
    /// <exception cref="TimeoutException">No instance became active.</exception>
    public async Task<StreamBertInstance> WaitForActiveAsync(CancellationToken cancellation)
    {
        for (var started = time.GetTimestamp(); time.GetElapsedTime(started) < Timeout; await Task.Delay(PollInterval, time, cancellation))
        {
            if (Array.FindIndex(_instances, static instance => instance.HasExited) is >= 0 and var exited)
                throw new InvalidOperationException($"Instance {exited} exited unexpectedly; its log is in {options.Directory}.");
            if (_instances.Where(static instance => instance.Address is not null).ToArray() is { Length: > 0 } active)
                return active[_random.Next(active.Length)];
        }

        throw new TimeoutException($"No instance became active within {Timeout.TotalSeconds:0} s; their logs are in {options.Directory}.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances)
            await instance.DisposeAsync();
    }
}
