using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.Backtests;
using StreamBert.Cli.Backtests.Reports;
using StreamBert.Cli.Backtests.Sources;
using StreamBert.Cli.Backtests.Suites;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Monitoring.Backtesting;
using StreamBert.Privacy;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Cli.Commands.Backtests;

/// <summary>Defines <c>backtest</c>, which runs the monitor over recorded data and scores its alerts.</summary>
internal static class BacktestCommand
{
    /// <summary>So many failures are printed; the others are counted.</summary>
    private const int MaxFailures = 5;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);
    private static readonly LogAccess Access = new();
    private static readonly BacktestOptionGroup Options = new();
    private static readonly SuiteOptionGroup Suite = new();

    public static Command Create()
    {
        var command = new Command(
            "backtest",
            "Run the monitor on virtual time over recorded predictions, texts or a log: print each alert, and with --labels precision, "
                + "recall, delays and false alarms per day.") { Access.Data, Access.Kafka, LogAccess.Config };
        Options.AddTo(command);
        Suite.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (Suite.IsRequested(parsed))
            return Suite.Run(parsed, Options.IsJson(parsed), cancellation);
        if (Options.WriteScores(parsed, cancellation) is { } scored)
        {
            Notify($"{Format.Count(scored.Rows)} rows of {Format.Count(scored.Files)} files are scored.");
            return 0;
        }
        Options.RequireOneSource(parsed, parsed.GetValue(Access.Data) ?? parsed.GetValue(Access.Kafka));
        var builder = (Options.GetInput(parsed) is null ? Access.CreateHostBuilder(parsed) : null)
            ?? BacktestServices.CreateHostBuilder(parsed.GetValue(LogAccess.Config));
        using var host = builder.Build();
        var outcome = await RunAsync(parsed, host.Services, cancellation);
        Options.Print(parsed, outcome);
        return 0;
    }

    private static async Task<BacktestOutcome> RunAsync(ParseResult parsed, IServiceProvider services, CancellationToken cancellation)
    {
        if (Options.GetInput(parsed) is not { } input)
            return await RunOnLogAsync(parsed, services, cancellation);
        return PredictionFile.TryOpen(input) is { } file
            ? RunOnPredictions(parsed, services, file, cancellation)
            : RunOnTexts(parsed, services, input, cancellation);
    }

    private static async Task<BacktestOutcome> RunOnLogAsync(ParseResult parsed, IServiceProvider services, CancellationToken cancellation)
    {
        var catalog = services.GetRequiredService<PipelineCatalog>();
        var request = Options.Read(parsed, services, []);
        await using var log = services.GetRequiredService<IEventLog>();
        var inputs = new LogInputs(log, catalog, request.Pipeline, request.Settings);
        var outcome = Run(request, runner => runner.Run(sequencer => inputs.Read(sequencer, cancellation)));
        if (inputs.Unusable > 0)
            Notify($"{inputs.Unusable:N0} records of the log are neither predictions nor progress; they are left out.");
        return outcome;
    }

    private static BacktestOutcome RunOnPredictions(
        ParseResult parsed, IServiceProvider services, PredictionFile file, CancellationToken cancellation)
    {
        var request = Options.Read(parsed, services, file.FindPipelines());
        var texts = file.Read().Where(text => text.Pipeline == request.Pipeline.Name && request.Settings.Covers(text.OccurredAt))
            .Select(text => Cancel(text, cancellation));
        return Run(request, runner => runner.Run(ArrivalOrder.Apply(texts, request.Pipeline.Monitor.AllowedLateness, Notify)));
    }

    private static BacktestOutcome RunOnTexts(ParseResult parsed, IServiceProvider services, string input, CancellationToken cancellation)
    {
        var request = Options.Read(parsed, services, []);
        var catalog = services.GetRequiredService<PipelineCatalog>();
        var replay = Options.ReadReplay(parsed, input, request.Pipeline, catalog);
        using var model = Options.LoadModel(parsed, request.Pipeline);
        using var cache = Options.OpenCache(parsed);
        var progress = new ProgressThrottle(TimeProvider.System, ProgressInterval);
        var source = new TextSource(
            replay, model, cache, services.GetRequiredService<PrivacyFilter>(), Notify,
            (read, classified) => progress.Report(
                () => $"{Format.Count(read)} texts, {Format.Count(classified)} of them classified now, the others cached", isLast: false));
        var sortDirectory = Path.Combine(Path.GetTempPath(), $"streambert-backtest-{Environment.ProcessId}");
        request = request with { Profiles = Options.ReadProfiles(parsed, request.Pipeline, model) };
        return Run(request, runner => runner.Run(source.Read(sortDirectory, cancellation)));
    }

    /// <summary>Runs a backtest with progress on stderr, and reports its speed there.</summary>
    private static BacktestOutcome Run(BacktestRequest request, Func<BacktestRunner, BacktestOutcome> run)
    {
        var (time, progress) = (TimeProvider.System, new ProgressThrottle(TimeProvider.System, ProgressInterval));
        var begun = time.GetTimestamp();
        var outcome = run(new(request, end => progress.Report(() => $"backtest: {Format.Time(end)}", isLast: false)));
        var (texts, elapsed) = (outcome.Result.EventTime.Texts, time.GetElapsedTime(begun));
        var life = outcome.Result.Span is { } span ? span.End - span.Start : TimeSpan.Zero;
        progress.Report(
            () => $"{Format.Count(texts)} texts in {Format.Count(outcome.Result.Windows)} windows took {elapsed.TotalSeconds:0.0} s, "
                + $"{Format.Number(life / elapsed, "N0")} times faster than life.",
            isLast: true);
        foreach (var failure in outcome.Result.Failures.Take(MaxFailures))
            Notify(failure.Fault.Detail);
        if (outcome.Result.Failures.Count > MaxFailures)
            Notify($"{outcome.Result.Failures.Count - MaxFailures:N0} further texts or detectors failed.");
        return outcome;
    }

    private static TextClassified Cancel(TextClassified text, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return text;
    }

    private static void Notify(string sentence)
    {
        Terminal.ClearProgress();
        Terminal.Error.WriteLine(sentence);
    }
}
