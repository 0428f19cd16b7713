using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Packages;
using StreamBert.Model.Profiles;
using StreamBert.Model.Training;
using StreamBert.Model.Training.Adapters;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Streaming.Log;
using StreamBert.Training.Annotators;
using StreamBert.Training.Comparisons;
using StreamBert.Training.Datasets;
using StreamBert.Training.Datasets.Stored;
using StreamBert.Training.Gates;
using StreamBert.Training.Registry;

namespace StreamBert.Training.Runs;

/// <summary>
/// Runs the training of one model: reads the dataset from the log, fine-tunes the champion into a candidate, and evaluates both on the same
/// held-out data. It writes only the candidate's directory, so that it can be cancelled and repeated at any point.
/// </summary>
internal sealed class TrainingRun(
    IEventLog log, ModelDirectory directory, RegistryAccess registry, FeedbackReader feedbackReader, ReplayBuffer replay,
    DatasetRecorder datasets, IOptions<TrainingOptions> options, TimeProvider time, ILogger<TrainingRun> logger)
{
    private readonly TrainingOptions _options = options.Value;

    /// <returns>The result, or null if there is no feedback to train on.</returns>
    public async Task<RunResult?> RunAsync(DueRun due, IRunProgress progress, CancellationToken cancellation)
    {
        var (startedAt, model) = (time.GetTimestamp(), due.Model);
        var history = await ModelHistory.ReadAsync(log, model, cancellation);
        var shipped = directory.FindShipped(model);
        var serving = history.Served.Count > 0 ? history.Served[^1] : directory.GetShipped(model);
        await registry.FetchAsync(model, serving.Version, cancellation);
        using var champion = TextClassifier.Load(directory.Resolve(serving.Directory));
        var feedback = await feedbackReader.ReadAsync(model, champion.Heads, _options.MaximumFeedback, cancellation);
        if (feedback.Labels.Count == 0)
            return null;
        var replayed = ReplaySize(feedback.Labels.Count);
        var recent = await replay.ReadRecentAsync(model, Math.Max(replayed, AnswerChangeMeter.MaximumTexts), cancellation);
        var candidate = new CandidateVersion(model, history.NextVersion(model, shipped?.Version), serving, due.Cause, progress);
        logger.LogInformation(
            "{Version}: training on {FeedbackCount} feedback records and {ReplayCount} replay texts, starting from {Parent}",
            candidate.Version, feedback.Labels.Count, Math.Min(replayed, recent.Count), serving.Version);

        // A dedicated thread: training takes hours and must neither stop reading the log nor block a thread of the pool.
        var input = new RunInput(feedback, recent, EvaluatedFeedback.Of(history.Trained))
        {
            Served = shipped is null ? history.Served : [shipped, .. history.Served],
        };
        var result = await Task.Factory.StartNew(
            () => TrainAndEvaluate(candidate, champion, input, startedAt, cancellation),
            cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (Directory.Exists(directory.Resolve(ModelDirectory.NameOf(model, candidate.Version))))
            await registry.PublishAsync(model, candidate.Version, cancellation);
        await RemoveRejectedAsync(model, history, result, cancellation);
        return result;
    }

    private int ReplaySize(int feedbackCount) => Math.Min(
        _options.MaximumReplay, Math.Max(_options.MinimumReplay, (int)Math.Ceiling(feedbackCount * _options.ReplayPerFeedback)));

    private RunResult TrainAndEvaluate(
        CandidateVersion candidate, TextClassifier champion, RunInput input, long startedAt, CancellationToken cancellation)
    {
        LowPriorityThread.Enter();
        var progress = new FineTuningProgress(candidate.Version, candidate.Progress, time, logger);
        var (feedback, assessment, dataset) = Prepare(candidate, champion, input, progress, cancellation);
        var evaluation = CreateEvaluation(champion, dataset, input, candidate.Parent.Version);
        var (package, curve) = FineTune(candidate, dataset, progress, cancellation);
        var outcome = package is null
            ? new([], [PromotionGates.NotConverged(candidate.Version)])
            : Complete(package, progress, evaluation, dataset, cancellation);
        outcome = outcome with { Gates = [.. outcome.Gates, .. AnnotatorGate.Evaluate(assessment, outcome.Gates)] };
        var trained = new ModelTrained
        {
            Model = candidate.Model,
            Version = candidate.Version,
            Parent = candidate.Parent.Version,
            Cause = candidate.Cause,
            TrainedAt = time.GetUtcNow(),
            TrainingSeconds = time.GetElapsedTime(startedAt).TotalSeconds,
            FeedbackCount = dataset.FeedbackCount,
            ReplayCount = dataset.ReplayCount,
            AnchorCount = dataset.Anchor.Count,
            EvaluatedUntil = (outcome.HasUsedFeedback ? input.Evaluated.Add(input.Feedback.Labels) : input.Evaluated).Ends,
            Candidate = outcome.Reports,
            Champion = evaluation.Reports,
            Evaluations = outcome.Evaluations,
            Changes = outcome.Changes,
            Labels = package is null ? null : ModelPackage.ReadManifest(package).LabelsByHead,
            Curve = curve,
            Dataset = datasets.Record(candidate.Model, candidate.Parent.Version, candidate.Version, feedback, dataset),
            Agreement = feedback.Agreement,
            Annotators = assessment.Annotators,
            Accepted = outcome.IsAccepted,
            Gates = [.. outcome.Gates.Select(static gate => gate.ToString())],
            GateResults = outcome.Gates,
        };
        return CreateResult(trained, package);
    }

    private CandidateEvaluation CreateEvaluation(TextClassifier champion, TrainingDataset dataset, RunInput input, string serving) =>
        new(dataset, champion, _options, time)
        {
            Recent = input.Recent,
            Origin = AnchorOrigin.Find(directory, input.Served, serving, dataset, logger),
        };

    private PreparedRun Prepare(
        CandidateVersion candidate, TextClassifier champion, RunInput input, FineTuningProgress progress, CancellationToken cancellation)
    {
        progress.Report("preparing the data set");
        var parent = directory.Resolve(candidate.Parent.Directory);
        var (encoder, anchor) = (InputEncoder.Load(parent), ModelPackage.ReadAnchor(parent));
        var feedback = FeedbackResolver.Resolve(input.Feedback, encoder);
        var assessment = FeedbackAssessment.Assess(champion, feedback, anchor, _options.Gates.Annotators, cancellation);
        var replayed = input.Recent.Take(ReplaySize(input.Feedback.Labels.Count));
        var dataset = new TrainingDatasetBuilder(champion, encoder, anchor, input.Evaluated, _options)
            .Build(feedback.Labels, [.. replayed.Select(static text => text.Text)], cancellation);
        ReportOverlap(candidate, encoder, dataset);
        return new(feedback, assessment, dataset);
    }

    private static RunResult CreateResult(ModelTrained trained, string? package) =>
        package is null || !trained.Accepted ? new(trained, null) : new(trained, Promotion(trained, package))
        {
            Profiled = ModelPackage.ReadProfile(package) is not { } profile ? null
                : new() { Model = trained.Model, Version = trained.Version, Profile = profile, PublishedAt = trained.TrainedAt },
        };

    /// <summary>Reports the feedback that resembles a text of the anchor, which no version is trained on.</summary>
    private void ReportOverlap(CandidateVersion candidate, InputEncoder encoder, TrainingDataset dataset)
    {
        var overlaps = EvaluationOverlaps.Find(
            encoder, dataset.Feedback.Train.Select(static example => example.Text),
            dataset.Train.Calibration.Select(static example => example.Text));
        var excluded = overlaps.Count(static overlap => overlap != EvaluationOverlap.None);
        if (excluded > 0)
        {
            logger.LogWarning(
                "{Version}: {Excluded} of {Count} texts with feedback resemble an evaluation text of the anchor and are not trained on; "
                    + "temperatures are fitted on them",
                candidate.Version, excluded, overlaps.Count);
        }
    }

    /// <returns>The candidate's package and its curves; no package if training does not converge.</returns>
    private (string? Package, RunCurve? Curve) FineTune(
        CandidateVersion candidate, TrainingDataset dataset, FineTuningProgress progress, CancellationToken cancellation)
    {
        try
        {
            var parent = directory.Resolve(candidate.Parent.Directory);
            var context = new TrainingContext(time, progress, cancellation) { Epochs = progress.Curve, Phases = progress };
            var usage = FineTuner.Run(
                parent, directory.Begin(candidate.Model, candidate.Version), candidate.Version,
                dataset.Train, CreateOptions(parent), context);
            return (directory.Complete(candidate.Model, candidate.Version), progress.Curve.Create(usage));
        }
        catch (InvalidOperationException e) // a retry would fail in the same way: the seed is fixed
        {
            logger.LogError(e, "{Version}: fine-tuning failed; the candidate is rejected", candidate.Version);
            return (null, null);
        }
    }

    /// <summary>Completes the candidate's package with what is measured of it, and evaluates the gates.</summary>
    private static CandidateOutcome Complete(
        string package, FineTuningProgress progress, CandidateEvaluation evaluation, TrainingDataset dataset,
        CancellationToken cancellation)
    {
        progress.Report("evaluating");
        using var model = TextClassifier.Load(package);
        ModelPackage.WriteProfile(package, dataset.Profile(model));
        TypicalTexts.WriteDistribution(package, model, dataset.StreamTexts, []);
        PrecisionEvaluator.Measure(package, dataset.PrecisionTexts);
        return evaluation.Evaluate(model, progress.Loss, cancellation);
    }

    /// <summary>
    /// Creates the options of a run. New low-rank updates start at zero and learn fast; those of a champion that is an adapter have learned
    /// before, and would forget it at the same rate.
    /// </summary>
    private FineTuneOptions CreateOptions(string parent) => new()
    {
        Epochs = _options.Epochs,
        LearningRate = ModelPackage.ReadBaseName(parent) is not null ? _options.LearningRate
            : _options.LearningRate * AdapterMethod.GetLearningRateFactor(_options.Method),
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
        By = ModelActors.Training,
        Reports = trained.Candidate,
        Labels = trained.Labels,
    };

    /// <summary>Removes all but the newest rejected candidates; every version that has served is kept.</summary>
    private async Task RemoveRejectedAsync(
        string model, ModelHistory history, RunResult result, CancellationToken cancellation)
    {
        var rejected = history.Trained.Append(result.Trained).Where(static trained => !trained.Accepted)
            .Select(static trained => trained.Version).Except(history.Served.Select(static served => served.Version));
        foreach (var version in rejected.SkipLast(_options.KeepRejected))
            await registry.RemoveAsync(model, version, cancellation);
        datasets.RemoveUnused(model, directory.ListVersions().Append((model, result.Trained.Version)));
    }

    /// <summary>What a run reads from the log.</summary>
    private sealed record RunInput(FeedbackLabels Feedback, IReadOnlyList<RecentText> Recent, EvaluatedFeedback Evaluated)
    {
        /// <summary>The versions that have served, the oldest first.</summary>
        public IReadOnlyList<ServedVersion> Served { get; init; } = [];
    }

    /// <summary>The labels, what they say about the annotators, and the dataset of a run.</summary>
    private sealed record PreparedRun(ResolvedFeedback Feedback, AnnotatorAssessment Assessment, TrainingDataset Dataset);

    /// <summary>The version that a run creates.</summary>
    private sealed record CandidateVersion(
        string Model, string Version, ServedVersion Parent, string Cause, IRunProgress Progress);
}
