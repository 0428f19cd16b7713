using System.Net;
using System.Net.Sockets;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Replay;
using StreamBert.Cli.Simulation;
using StreamBert.Operations.Ledger;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Cli.Hosting;

/// <summary>Starts everything, feeds it, and stops it in order: the feed, the services, the state.</summary>
internal sealed class Up(UpOptions options)
{
    private const int MaxPorts = 10;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a file that is replayed in the background says how far it is.</summary>
    private static readonly TimeSpan UnwatchedPeriod = TimeSpan.FromSeconds(30);
    private const string Nothing = "nothing (--no-simulator): send texts to POST /v1/texts";
    private readonly TextWriter _say = options.Once ? Terminal.Error : Terminal.Out;
    private bool _announced;

    /// <returns>0: stopped as asked; 1: a service failed, or the ledger of a replay did not balance.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        for (var waits = 0; ; waits++)
        {
            try
            {
                return await RunOnceAsync(stop);
            }
            catch (LogInUseException e) when (options.Standby)
            {
                if (waits == 0)
                    await _say.WriteLineAsync($"Standing by: this process takes over when the other one ends. {e.Message}");
                await Task.Delay(Poll, stop);
            }
        }
    }

    private async Task<int> RunOnceAsync(CancellationToken stop)
    {
        CheckPort();
        PrivateFiles.CreateDirectory(options.Data);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunComposedAsync(stop);
            }
            catch (PortTakenException) when (attempt < MaxPorts)
            {
                // The next composition has another port for the state store.
            }
        }
    }

    private async Task<int> RunComposedAsync(CancellationToken stop)
    {
        EmbeddedState? state = null;
        try
        {
            await using var app = UpHost.Build(options, () => new EmbeddedState(Path.Combine(options.Data, "state")), out state);
            return await RunAsync(app, state, stop);
        }
        finally
        {
            if (state is not null)
                await state.DisposeAsync();
        }
    }

    private async Task<int> RunAsync(WebApplication app, EmbeddedState? state, CancellationToken stop)
    {
        var replay = options.Replay is { } request
            ? ReplayOptions.Check(request, app.Services.GetRequiredService<PipelineCatalog>())
            : null;
        if (!_announced)
            await _say.WriteLineAsync("streambert is starting…");
        _announced = true;
        _ = app.Services.GetRequiredService<IEventLog>(); // before the state, so that state without a log is a log that was lost
        foreach (var open in PrivateFiles.Restrict(options.Data))
            await Terminal.Error.WriteLineAsync($"warning: others had access to {open}; now only this user has.");
        if (state?.Start() is { } fault)
            await _say.WriteLineAsync($"The state store in {Path.Combine(options.Data, "state")} is not used: {fault}. It is rebuilt from the log, and reads catch up meanwhile.");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, app.Lifetime.ApplicationStopping);
        await app.StartAsync(ending.Token);
        try
        {
            await ReadyAsync(app.Services.GetRequiredService<Readiness>(), app.Urls, ending.Token);
            return await FeedAsync(app, replay, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return stop.IsCancellationRequested ? 0 : 1; // not asked to stop: a service failed, and has said why
        }
        finally
        {
            Say("Stopping: what is in hand is finished, the rest waits in the log.");
            await app.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>Waits until everything is there; says which models are not, for they may be imported much later.</summary>
    private async Task ReadyAsync(Readiness readiness, IEnumerable<string> urls, CancellationToken stop)
    {
        var told = new HashSet<string>();
        while (!readiness.IsReady)
        {
            var waiting = readiness.Parts.Where(static part => !part.Value.IsReady).ToList();
            foreach (var part in waiting.Where(
                part => part.Key.StartsWith("model ", StringComparison.Ordinal) && told.Add(part.Value.Detail)))
            {
                Say($"Waiting for the {part.Key}: {part.Value.Detail}. The dashboard is at {string.Join(", ", urls)}.");
            }

            if (Terminal.IsWatched)
                Terminal.Progress(string.Join("; ", waiting.Select(static part => $"{part.Key}: {part.Value.Detail}")));
            await Task.Delay(Poll, stop);
        }
        Terminal.ClearLine();
    }

    private async Task<int> FeedAsync(WebApplication app, ReplayOptions? replay, CancellationToken stop)
    {
        var services = app.Services;
        var (log, ledger, time) = (services.GetRequiredService<IEventLog>(), services.GetRequiredService<LedgerReader>(), services
            .GetRequiredService<TimeProvider>());
        var (guard, vault) = (services.GetRequiredService<PrivacyFilter>(), services.GetRequiredService<SubjectVault>());
        if (replay is null)
        {
            var simulator = options.Simulated
                ? new Simulator(log, services.GetRequiredService<PipelineCatalog>(), guard, vault, time)
                : null;
            await Banner.WriteAsync(_say, options, app.Urls, simulator?.Description ?? Nothing);
            await WatchedAsync(
                simulator is null ? static stop => Task.Delay(Timeout.Infinite, stop) : simulator.RunAsync,
                new(ledger, time, () => simulator is null ? "texts by the API" : $"story: {simulator.Chapter}"), stop);
            return 0;
        }
        var replayer = new Replayer(
            log,
            new RunLedger(log, ledger.ReadAsync, time),
            replay,
            guard,
            vault,
            time,
            Path.Combine(options.Data, "replay"),
            Say);
        await Banner.WriteAsync(_say, options, app.Urls, Describe(replay));
        var code = 0;
        await WatchedAsync(
            async cancellation => code = await ReplayAsync(replayer, cancellation), new(
                ledger,
                time,
                () => Describe(replayer),
                options.Once ? UnwatchedPeriod : null), stop);
        return code;
    }

    /// <summary>Runs the file once, or for ever, or once and then waits to be stopped.</summary>
    private async Task<int> ReplayAsync(Replayer replayer, CancellationToken stop)
    {
        do
        {
            var figures = await replayer.RunAsync(stop);
            foreach (var line in figures is { Late: 0, TooLate: 0, ClockSkew: 0 } ? [] : await replayer.OutOfTimeAsync(stop))
                Say(line);
            if (options.Once)
            {
                await Terminal.Out.WriteLineAsync(figures.ToJson());
                await Terminal.Out.FlushAsync(stop);
            }
            await replayer.CloseAsync(stop);
            if (options.Once)
                return figures.Balanced ? 0 : 1;
            Say($"The file is through: {figures.ToJson()}");
        }
        while (options.Replay!.Loop);
        await Task.Delay(Timeout.Infinite, stop);
        return 0;
    }

    /// <summary>Runs the feed with the status line beside it.</summary>
    private static async Task WatchedAsync(Func<CancellationToken, Task> feed, StatusLine line, CancellationToken stop)
    {
        using var fed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watching = line.RunAsync(fed.Token);
        try
        {
            await feed(stop);
        }
        finally
        {
            await fed.CancelAsync();
            try
            {
                await watching;
            }
            catch (OperationCanceledException)
            {
                // as asked for
            }
        }
    }

    private void Say(string sentence)
    {
        Terminal.ClearLine();
        _say.WriteLine(sentence);
    }

    private static string Describe(ReplayOptions replay) =>
        $"{replay.File.Path} ({replay.File.Format}; text: '{replay.TextColumn}', time: {(replay.TimeColumn is { } column ? $"'{column}'" : "now")}) → {replay.Pipeline.Name}";

    private static string Describe(Replayer replayer) =>
        $"{(replayer.Progress is { } progress ? $"run {progress.Run}, row {progress.Row:N0}, " : "")}{replayer.Activity} {StatusLine.Bar(replayer.Share)}";

    /// <exception cref="LogInUseException">Something listens there, and this process stands by.</exception>
    /// <exception cref="CliException">Something else listens there, or the address is not this machine's.</exception>
    private void CheckPort()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Parse(options.Host), options.Port);
            listener.Start();
        }
        catch (SocketException e)
        {
            if (options.Standby && e.SocketErrorCode == SocketError.AddressAlreadyInUse)
                throw new LogInUseException($"Port {options.Port} of {options.Host} is in use until then.", e);
            throw new CliException(e.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? $"Port {options.Port} of {options.Host} is in use. Stop what listens there, or choose another with --port."
                : $"Cannot listen on {options.Host}:{options.Port} (--host, --port): {e.Message}", e);
        }
    }
}
