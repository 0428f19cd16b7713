using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Packages;
using StreamBert.Model.Profiles;
using StreamBert.Model.Training;
using StreamBert.Model.Training.Adapters;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Streaming.Log;
using StreamBert.Training.Datasets;
using StreamBert.Training.Gates;
using StreamBert.Training.Registry;

namespace StreamBert.Training.Runs;

/// <summary>
/// Runs the training of one model: reads the dataset from the log, fine-tunes the champion into a candidate, and evaluates both on the same
/// held-out data. It writes only the candidate's directory, so that it can be cancelled and repeated at any point.
/// </summary>
internal sealed class TrainingRun(
    IEventLog log, ModelDirectory directory, FeedbackReader feedbackReader, ReplayBuffer replay, IOptions<TrainingOptions> options,
    TimeProvider time, ILogger<TrainingRun> logger)
{
    private readonly TrainingOptions _options = options.Value;

    /// <returns>The result, or null if there is no feedback to train on.</returns>
    public async Task<RunResult?> RunAsync(string model, CancellationToken cancellation)
    {
        var startedAt = time.GetTimestamp();
        var history = await ModelHistory.ReadAsync(log, model, cancellation);
        var shipped = directory.FindShipped(model);
        var serving = history.Served.Count > 0 ? history.Served[^1] : directory.GetShipped(model);
        using var champion = TextClassifier.Load(directory.Resolve(serving.Directory));
        var feedback = await feedbackReader.ReadAsync(model, champion.Heads, _options.MaximumFeedback, cancellation);
        if (feedback.Count == 0)
            return null;
        var texts = await replay.ReadRecentTextsAsync(model, ReplaySize(feedback.Count), cancellation);
        var candidate = new CandidateVersion(model, history.NextVersion(model, shipped?.Version), serving);
        logger.LogInformation(
            "{Version}: training on {FeedbackCount} feedback records and {ReplayCount} replay texts, starting from {Parent}",
            candidate.Version, feedback.Count, texts.Count, serving.Version);

        // A dedicated thread: training takes hours and must neither stop reading the log nor block a thread of the pool.
        var result = await Task.Factory.StartNew(
            () => TrainAndEvaluate(candidate, champion, feedback, texts, startedAt, cancellation),
            cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        RemoveRejected(model, history, result);
        return result;
    }

    private int ReplaySize(int feedbackCount) => Math.Min(
        _options.MaximumReplay, Math.Max(_options.MinimumReplay, (int)Math.Ceiling(feedbackCount * _options.ReplayPerFeedback)));

    private RunResult TrainAndEvaluate(
        CandidateVersion candidate, TextClassifier champion, IReadOnlyList<LabelledFeedback> feedback, IReadOnlyList<string> texts,
        long startedAt, CancellationToken cancellation)
    {
        LowPriorityThread.Enter();
        var labelledByPeople = feedback.Select(static label => label.Key).ToHashSet();
        var replayed = ReplayBuffer.LabelTexts(champion, texts, labelledByPeople, _options.ReplayConfidence, cancellation);
        var dataset = TrainingDataset.Create(feedback, replayed, _options.HeldOutShare);
        WarnOfOverlap(candidate, dataset);
        var championReports = dataset.EvaluateOnFeedback(champion);
        var (package, loss) = FineTune(candidate, dataset, cancellation);
        var (reports, gates) = Evaluate(candidate, package, loss, championReports, dataset);
        var trained = new ModelTrained
        {
            Model = candidate.Model,
            Version = candidate.Version,
            Parent = candidate.Parent.Version,
            TrainedAt = time.GetUtcNow(),
            TrainingSeconds = time.GetElapsedTime(startedAt).TotalSeconds,
            FeedbackCount = dataset.FeedbackCount,
            ReplayCount = dataset.ReplayCount,
            Candidate = reports,
            Champion = [.. championReports, .. dataset.EvaluateOnReplay(champion)],
            Labels = package is null ? null : ModelPackage.ReadManifest(package).LabelsByHead,
            Accepted = package is not null && gates.All(static gate => gate.Outcome != GateOutcome.Failed),
            Gates = [.. gates.Select(static gate => gate.ToString())],
        };
        return package is null || !trained.Accepted ? new(trained, null) : new(trained, Promotion(trained, package))
        {
            Profiled = ModelPackage.ReadProfile(package) is not { } profile ? null
                : new() { Model = trained.Model, Version = trained.Version, Profile = profile, PublishedAt = trained.TrainedAt },
        };
    }

    /// <summary>
    /// Counts the training texts that resemble a held-out text. The split separates texts by their words; the model may read different
    /// texts identically, such as two that differ in a web address.
    /// </summary>
    private void WarnOfOverlap(CandidateVersion candidate, TrainingDataset dataset)
    {
        var encoder = InputEncoder.Load(directory.Resolve(candidate.Parent.Directory));
        var overlaps = EvaluationOverlaps.Find(
            encoder, dataset.Train.Select(static example => example.Text), dataset.HeldOut.Select(static example => example.Text));
        var twins = overlaps.Count(static overlap => overlap == EvaluationOverlap.Twin);
        var near = overlaps.Count(static overlap => overlap == EvaluationOverlap.NearDuplicate);
        if (twins + near == 0)
            return;
        logger.LogWarning(
            "{Version}: {Twins} of {Count} training texts are read identically to a held-out text, and {NearDuplicates} are "
                + "near-duplicates of one; the reports of this version may be too good",
            candidate.Version, twins, overlaps.Count, near);
    }

    /// <returns>The candidate's package and its final loss; no package if training does not converge.</returns>
    private (string? Package, double Loss) FineTune(CandidateVersion candidate, TrainingDataset dataset, CancellationToken cancellation)
    {
        var progress = new FineTuningProgress(candidate.Version, time, logger);
        try
        {
            FineTuner.Run(
                directory.Resolve(candidate.Parent.Directory), directory.Begin(candidate.Model, candidate.Version), candidate.Version,
                dataset.Train, FineTuneOptions, new TrainingContext(time, progress, cancellation));
            return (directory.Complete(candidate.Model, candidate.Version), progress.Loss);
        }
        catch (InvalidOperationException e) // a retry would fail in the same way: the seed is fixed
        {
            logger.LogError(e, "{Version}: fine-tuning failed; the candidate is rejected", candidate.Version);
            return (null, double.NaN);
        }
    }

    private (IReadOnlyList<ClassificationReport> Reports, IReadOnlyList<GateResult> Gates) Evaluate(
        CandidateVersion candidate, string? package, double loss, IReadOnlyList<ClassificationReport> championReports,
        TrainingDataset dataset)
    {
        if (package is null)
        {
            return ([], [GateResult.Create(
                false, $"{candidate.Version} did not converge; a smaller Training:LearningRate may help")]);
        }
        using var model = TextClassifier.Load(package);
        ModelPackage.WriteProfile(package, dataset.Profile(model));
        TypicalTexts.WriteDistribution(package, model, dataset.Texts, []);
        PrecisionEvaluator.Measure(package, dataset.HeldOut);
        var (feedback, replayed) = (dataset.EvaluateOnFeedback(model), dataset.EvaluateOnReplay(model));
        var compared = feedback.Zip(championReports, static (candidate, champion) => new HeadComparison(candidate, champion)).ToList();
        return ([.. feedback, .. replayed], PromotionGates.Evaluate(new(loss, compared, replayed), _options.Gates));
    }

    private FineTuneOptions FineTuneOptions => new()
    {
        Epochs = _options.Epochs,
        LearningRate = _options.LearningRate * AdapterMethod.GetLearningRateFactor(_options.Method),
        Adapter = new() { Method = _options.Method, Rank = _options.Rank, Alpha = 2 * _options.Rank },
        BatchTokens = _options.BatchTokens,
        Threads = _options.Threads,
    };

    private static ModelPromoted Promotion(ModelTrained trained, string package) => new()
    {
        Model = trained.Model,
        Version = trained.Version,
        Previous = trained.Parent,
        Directory = ModelDirectory.NameOf(trained.Model, trained.Version),
        Sha256 = ModelPackage.HashWeights(package),
        Fingerprint = ModelPackage.ComputeFingerprint(package),
        Checksums = ModelPackage.HashChecksumFile(package),
        PromotedAt = trained.TrainedAt,
        By = "training",
        Reports = trained.Candidate,
        Labels = trained.Labels,
    };

    /// <summary>Removes all but the newest rejected candidates; every version that has served is kept.</summary>
    private void RemoveRejected(string model, ModelHistory history, RunResult result)
    {
        var rejected = history.Trained.Append(result.Trained).Where(static trained => !trained.Accepted)
            .Select(static trained => trained.Version).Except(history.Served.Select(static served => served.Version));
        foreach (var version in rejected.SkipLast(_options.KeepRejected))
            directory.Remove(model, version);
    }

    /// <summary>The version that a run creates.</summary>
    private sealed record CandidateVersion(string Model, string Version, ServedVersion Parent);
}
