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
        var shipped = directory.FindShipped(model);
        var serving = history.Served.Count > 0 ? history.Served[^1] : directory.Shipped(model);
        using var champion = TextClassifier.Load(directory.Resolve(serving.Directory));
        var verdicts = await archive.ReadAsync(model, champion.Heads, _options.MaximumFeedback, cancellation);
        if (verdicts.Count == 0)
            return null;
        var texts = await replay.RecentTextsAsync(model, ReplaySize(verdicts.Count), cancellation);
        var version = history.NextVersion(model, shipped?.Version);
        logger.LogInformation(
            "{Version}: learning from {Verdicts} verdicts and {Texts} replay texts, from {Parent}",
            version,
            verdicts.Count,
            texts.Count,
            serving.Version);

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
        var theirs = data.OnVerdicts(champion);
        var judged = Judge(version, FineTune(model, version, serving, data, cancellation), theirs, data);
        var trained = new ModelTrained
        {
            Model = model,
            Version = version,
            Parent = serving.Version,
            TrainedAt = time.GetUtcNow(),
            TrainingSeconds = time.GetElapsedTime(started).TotalSeconds,
            FeedbackCount = data.VerdictCount,
            ReplayCount = data.ReplayCount,
            Candidate = judged.Reports,
            Champion = [.. theirs, .. data.OnReplay(champion)],
            Labels = LabelsOf(model, version),
            Accepted = judged.Gates.All(static gate => gate.Outcome != GateOutcome.Failed),
            Gates = [.. judged.Gates.Select(static gate => gate.ToString())],
        };
        return new(trained, trained.Accepted ? Promote(trained, directory.Resolve(ModelDirectory.NameOf(model, version))) : null);
    }

    /// <returns>The candidate's package and the loss at the end; no package if training did not converge.</returns>
    private (string? Package, double Loss) FineTune(
        string model,
        string version,
        ServedVersion serving,
        TrainingData data,
        CancellationToken cancellation)
    {
        var progress = new ProgressLog(version, metrics, time, logger);
        try
        {
            FineTuner.Run(
                directory.Resolve(serving.Directory),
                directory.Begin(model, version),
                version,
                data.Train,
                FineTuning,
                progress,
                cancellation);
            return (directory.Complete(model, version), progress.Loss);
        }
        catch (InvalidOperationException e) // to try again would end the same way: the seed is fixed
        {
            logger.LogError(e, "{Version}: fine-tuning broke off", version);
            return (null, double.NaN);
        }
    }

    private (IReadOnlyList<ClassificationReport> Reports, IReadOnlyList<Gate> Gates) Judge(
        string version, (string? Package, double Loss) candidate, IReadOnlyList<ClassificationReport> champion, TrainingData data)
    {
        if (candidate.Package is null)
            return ([], [Gate.Of(false, $"{version} did not converge; a smaller Training:LearningRate may help")]);
        using var model = TextClassifier.Load(candidate.Package);
        var (verdicts, replay) = (data.OnVerdicts(model), data.OnReplay(model));
        var compared = verdicts.Zip(champion, static (ours, theirs) => new HeadComparison(ours, theirs)).ToList();
        return ([.. verdicts, .. replay], PromotionGates.Judge(new(candidate.Loss, compared, replay), _options.Gates));
    }

    /// <summary>Null of a candidate that did not converge: it has no package.</summary>
    private IReadOnlyDictionary<string, IReadOnlyList<string>>? LabelsOf(string model, string version) =>
        directory.Resolve(ModelDirectory.NameOf(model, version)) is var package && Directory.Exists(package)
            ? ModelPackage.ReadManifest(package).LabelsByHead
            : null;

    private FineTuneOptions FineTuning => new()
    {
        Epochs = _options.Epochs,
        LearningRate = _options.LearningRate,
        BatchTokens = _options.BatchTokens,
        Threads = _options.Threads,
    };

    private static ModelPromoted Promote(ModelTrained trained, string package) => new()
    {
        Model = trained.Model,
        Version = trained.Version,
        Previous = trained.Parent,
        Directory = ModelDirectory.NameOf(trained.Model, trained.Version),
        Sha256 = ModelPackage.Sha256(package),
        Fingerprint = ModelPackage.Fingerprint(package),
        Checksums = ModelPackage.Checksums(package),
        PromotedAt = trained.TrainedAt,
        By = "training",
        Reports = trained.Candidate,
        Labels = trained.Labels,
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
