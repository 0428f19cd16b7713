using System.CommandLine;
using StreamBert.Cli.Backtests;
using StreamBert.Cli.Backtests.Sources;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Monitoring.Backtesting;
using StreamBert.Privacy;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Cli.Commands.Backtests;

/// <summary>Runs a backtest on its source: a log, recorded predictions, predictions in the form of their producer, or texts.</summary>
internal sealed class BacktestSources(ParseResult parsed, BacktestOptionGroup options, IServiceProvider services)
{
    private readonly PipelineCatalog _catalog = services.GetRequiredService<PipelineCatalog>();
    private readonly PrivacyFilter _privacy = services.GetRequiredService<PrivacyFilter>();

    private static string SortDirectory => Path.Combine(Path.GetTempPath(), $"streambert-backtest-{Environment.ProcessId}");

    /// <exception cref="CliException">The source cannot be read, or an option does not fit it.</exception>
    public Task<BacktestOutcome> RunAsync(CancellationToken cancellation) => options.GetInput(parsed) is { } input
        ? Task.FromResult(RunOnFile(input, cancellation))
        : RunOnLogAsync(cancellation);

    private async Task<BacktestOutcome> RunOnLogAsync(CancellationToken cancellation)
    {
        var request = options.Read(parsed, services, []);
        await using var log = services.GetRequiredService<IEventLog>();
        var inputs = new LogInputs(log, _catalog, request.Pipeline, request.Settings);
        var outcome = BacktestProgress.Run(request, runner => runner.Run(sequencer => inputs.Read(sequencer, cancellation)));
        if (inputs.Unusable > 0)
        {
            BacktestProgress.Notify(
                $"{inputs.Unusable:N0} records of the log are neither predictions nor progress; they are left out.");
        }
        return outcome;
    }

    private BacktestOutcome RunOnFile(string input, CancellationToken cancellation)
    {
        var file = PredictionFile.TryOpen(input);
        if (file is { IsRecorded: true })
            return RunOnPredictions(file, cancellation);
        if (file is not null && !options.IsPipelineGiven(parsed) && _catalog.All.Count > 1)
            return RunOnPredictions(file, cancellation);
        var request = options.Read(parsed, services, []);
        if (request.Pipeline.Predictions is not null)
            return RunOnMappedPredictions(request, input, cancellation);
        return file is null ? RunOnTexts(request, input, cancellation) : RunOnPredictions(file, cancellation);
    }

    private BacktestOutcome RunOnPredictions(PredictionFile file, CancellationToken cancellation)
    {
        file.RequireTime();
        var request = options.Read(parsed, services, file.FindPipelines());
        var texts = file.Read().Where(text => text.Pipeline == request.Pipeline.Name && request.Settings.Covers(text.OccurredAt))
            .Select(text => Cancel(text, cancellation));
        return BacktestProgress.Run(request, runner => runner.Run(
            ArrivalOrder.Apply(texts, request.Pipeline.Monitor.AllowedLateness, BacktestProgress.Notify)));
    }

    private BacktestOutcome RunOnMappedPredictions(BacktestRequest request, string input, CancellationToken cancellation)
    {
        var file = new MappedPredictionFile(
            options.Texts.ReadPredictions(parsed, options.OpenRows(parsed, input), request.Pipeline, _catalog), _privacy,
            BacktestProgress.Notify);
        return BacktestProgress.Run(request, runner => runner.Run(file.Read(SortDirectory, cancellation)));
    }

    private BacktestOutcome RunOnTexts(BacktestRequest request, string input, CancellationToken cancellation)
    {
        var replay = options.Texts.ReadTexts(parsed, options.OpenRows(parsed, input), request.Pipeline, _catalog);
        using var model = options.Texts.LoadModel(parsed, request.Pipeline);
        using var cache = options.Texts.OpenCache(parsed);
        var progress = BacktestProgress.Create();
        var source = new TextSource(
            replay, model, cache, _privacy, BacktestProgress.Notify,
            (read, classified) => progress.Report(
                () => $"{Format.Count(read)} texts, {Format.Count(classified)} of them classified now, the others cached", isLast: false));
        request = request with { Profiles = options.Texts.ReadProfiles(parsed, request.Pipeline, model) };
        return BacktestProgress.Run(request, runner => runner.Run(source.Read(SortDirectory, cancellation)));
    }

    private static TextClassified Cancel(TextClassified text, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return text;
    }
}
