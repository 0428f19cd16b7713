using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Model.Training;
using StreamBert.Streaming.Log;
using StreamBert.Training.Datasets;
using StreamBert.Training.Gates;
using StreamBert.Training.Registry;

namespace StreamBert.Training.Runs;

/// <summary>
/// One run for one model: data from the log, the champion fine-tuned into a candidate, both judged on the same held-out data. It writes
/// nothing but the candidate's directory, so it can be broken off and done again at any point.
/// </summary>
public sealed class TrainingRun(
    IEventLog log, ModelDirectory directory, FeedbackArchive archive, ReplayBuffer replay, IOptions<TrainingOptions> options,
    TrainingMetrics metrics, TimeProvider time, ILogger<TrainingRun> logger)
{
    private readonly TrainingOptions _options = options.Value;

    /// <returns>The result, or null if there is no verdict to learn from.</returns>
    public async Task<RunResult?> RunAsync(string model, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var history = await ModelHistory.ReadAsync(log, model, cancellation);
        var shipped = directory.Shipped(model);
        var serving = history.Served.Count > 0 ? history.Served[^1] : shipped;
        using var champion = TextClassifier.Load(directory.Resolve(serving.Directory));
        var verdicts = await archive.ReadAsync(model, champion.Heads, _options.MaximumFeedback, cancellation);
        if (verdicts.Count == 0)
            return null;
        var texts = await replay.RecentTextsAsync(model, ReplaySize(verdicts.Count), cancellation);
        var version = history.NextVersion(model, shipped.Version);
        logger.LogInformation("{Version}: learning from {Verdicts} verdicts and {Texts} replay texts, from {Parent}", version, verdicts.Count, texts.Count, serving.Version);

        // Hours of arithmetic on a thread of its own: the log is read on meanwhile, and no thread of the pool is held.
        var result = await Task.Factory.StartNew(
            () => Learn(model, version, serving, champion, verdicts, texts, started, cancellation),
            cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        RemoveRejected(model, history, result);
        return result;
    }

    private int ReplaySize(int verdicts) =>
        Math.Min(_options.MaximumReplay, Math.Max(_options.MinimumReplay, (int)Math.Ceiling(verdicts * _options.ReplayPerVerdict)));

    private RunResult Learn(
        string model, string version, ServedVersion serving, TextClassifier champion, IReadOnlyList<Verdict> verdicts, IReadOnlyList<string> texts,
        long started, CancellationToken cancellation)
    {
        LowPriority.Enter();
        var answered = verdicts.Select(static v => v.Key).ToHashSet();
        var rehearsed = ReplayBuffer.Label(champion, texts, answered, _options.ReplayConfidence, cancellation);
        var data = TrainingData.Of(verdicts, rehearsed, _options.HeldOutShare);
        var progress = new ProgressLog(version, metrics, time, logger);
        var partial = directory.Begin(model, version);
        FineTuner.Run(directory.Resolve(serving.Directory), partial, version, data.Train, FineTuning, progress, cancellation);

        using var candidate = TextClassifier.Load(partial);
        var (ours, theirs, kept) = (data.OnVerdicts(candidate), data.OnVerdicts(champion), data.OnReplay(candidate));
        var gates = PromotionGates.Judge(new(progress.Loss, [.. ours.Zip(theirs, static (a, b) => new HeadComparison(a, b))], kept), _options.Gates);
        var trained = new ModelTrained
        {
            Model = model,
            Version = version,
            Parent = serving.Version,
            TrainedAt = time.GetUtcNow(),
            TrainingSeconds = time.GetElapsedTime(started).TotalSeconds,
            FeedbackCount = data.VerdictCount,
            ReplayCount = data.ReplayCount,
            Candidate = [.. ours, .. kept],
            Champion = [.. theirs, .. data.OnReplay(champion)],
            Accepted = gates.All(static gate => gate.Outcome != GateOutcome.Failed),
            Gates = [.. gates.Select(static gate => gate.ToString())],
        };
        var package = directory.Complete(model, version);
        return new(trained, trained.Accepted ? Promote(trained, package) : null);
    }

    private FineTuneOptions FineTuning => new()
    {
        Epochs = _options.Epochs,
        LearningRate = _options.LearningRate,
        Threads = _options.Threads,
    };

    private static ModelPromoted Promote(ModelTrained trained, string package) => new()
    {
        Model = trained.Model,
        Version = trained.Version,
        Previous = trained.Parent,
        Directory = ModelDirectory.NameOf(trained.Model, trained.Version),
        Sha256 = ModelPackage.Sha256(package),
        PromotedAt = trained.TrainedAt,
        By = "training",
        Reports = trained.Candidate,
    };

    /// <summary>Keeps the newest rejected candidates; every version that has served stays.</summary>
    private void RemoveRejected(string model, ModelHistory history, RunResult result)
    {
        var rejected = history.Trained.Append(result.Trained).Where(static t => !t.Accepted).Select(static t => t.Version)
            .Except(history.Served.Select(static s => s.Version));
        foreach (var version in rejected.SkipLast(_options.KeepRejected))
            directory.Remove(model, version);
    }
}
