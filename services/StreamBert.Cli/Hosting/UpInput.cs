using Microsoft.Extensions.Options;
using StreamBert.Alerting;
using StreamBert.Alerting.Receivers;
using StreamBert.Cli.Output;
using StreamBert.Cli.Replay;
using StreamBert.Cli.Replay.Progress;
using StreamBert.Cli.Replay.Requests;
using StreamBert.Cli.Settings;
using StreamBert.Cli.Simulation;
using StreamBert.Operations.Ledger;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Cli.Hosting;

/// <summary>Provides the running services with texts: from the simulator, from a file, or from the API alone.</summary>
internal sealed class UpInput(UpOptions options, IServiceProvider services, IEnumerable<string> addresses, UpMessages messages)
{
    private const string NoInput = "none (--no-simulator): send texts to POST /v1/texts";

    /// <summary>The interval between progress lines of a replay if stderr is not a terminal.</summary>
    private static readonly TimeSpan RedirectedInterval = TimeSpan.FromSeconds(30);

    private readonly IEventLog _log = services.GetRequiredService<IEventLog>();
    private readonly LedgerReader _ledger = services.GetRequiredService<LedgerReader>();
    private readonly PrivacyFilter _guard = services.GetRequiredService<PrivacyFilter>();
    private readonly SubjectVault _vault = services.GetRequiredService<SubjectVault>();
    private readonly IList<ReceiverOptions> _receivers = services.GetRequiredService<IOptions<AlertingOptions>>().Value.Receivers;
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(ReplayOptions? replay, CancellationToken stop)
    {
        if (replay is not null)
            return await RunReplayAsync(replay, stop);
        await RunSimulatorAsync(stop);
        return 0;
    }

    private async Task RunSimulatorAsync(CancellationToken stop)
    {
        var simulator = options.IsSimulated
            ? new Simulator(_log, services.GetRequiredService<PipelineCatalog>(), _guard, _vault, _time)
            : null;
        await StartupBanner.WriteAsync(messages.Output, options, addresses, simulator?.Description ?? NoInput, _receivers);
        var statusLine = new StatusLine(_ledger, _time, () => simulator is null ? "texts from the API" : $"scenario: {simulator.Phase}");
        Func<CancellationToken, Task> run = simulator is null ? static stop => Task.Delay(Timeout.Infinite, stop) : simulator.RunAsync;
        await RunWithStatusLineAsync(run, statusLine, stop);
    }

    private async Task<int> RunReplayAsync(ReplayOptions replay, CancellationToken stop)
    {
        var ledger = new RunLedger(_log, _ledger.ReadAsync, _time);
        var sortDirectory = Path.Combine(options.Data, DataDirectory.Replay);
        var replayer = new Replayer(_log, ledger, replay, _guard, _vault, _time, sortDirectory, messages.Write);
        await StartupBanner.WriteAsync(messages.Output, options, addresses, UpMessages.Describe(replay), _receivers);
        var statusLine = new StatusLine(
            _ledger, _time, () => UpMessages.Describe(replayer), options.ExitsAfterReplay ? RedirectedInterval : null);
        var code = 0;
        await RunWithStatusLineAsync(async cancellation => code = await ReplayAsync(replayer, cancellation), statusLine, stop);
        return code;
    }

    /// <summary>Replays the file once and exits, repeatedly, or once and then waits to be stopped.</summary>
    private async Task<int> ReplayAsync(Replayer replayer, CancellationToken stop)
    {
        do
        {
            var figures = await replayer.RunAsync(stop);
            foreach (var notice in figures.HasLateTexts ? await replayer.GetEventTimeNoticesAsync(stop) : [])
                messages.Write(notice);
            if (options.ExitsAfterReplay)
            {
                await Terminal.Out.WriteLineAsync(figures.ToJson());
                await Terminal.Out.FlushAsync(stop);
            }
            await replayer.CompleteAsync(stop);
            if (options.ExitsAfterReplay)
                return figures.IsBalanced ? 0 : 1;
            messages.Write($"The replay of the file is complete: {figures.ToJson()}");
        }
        while (options.Replay!.Loop);
        await Task.Delay(Timeout.Infinite, stop);
        return 0;
    }

    private static async Task RunWithStatusLineAsync(Func<CancellationToken, Task> run, StatusLine line, CancellationToken stop)
    {
        using var lineStop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var statusLine = line.RunAsync(lineStop.Token);
        try
        {
            await run(stop);
        }
        finally
        {
            await lineStop.CancelAsync();
            try
            {
                await statusLine;
            }
            catch (OperationCanceledException)
            {
                // The cancellation above ends the status line.
            }
        }
    }
}
