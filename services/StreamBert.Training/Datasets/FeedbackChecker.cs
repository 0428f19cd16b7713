using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training.Registry;

namespace StreamBert.Training.Datasets;

/// <summary>
/// Checks on arrival whether a model can learn from feedback: its text can be found, and the serving version has its head and label.
/// </summary>
internal sealed class FeedbackChecker(
    PipelineCatalog pipelines, PredictionJoin predictions, FeedbackTextResolver texts, ModelHistories histories, ModelDirectory directory)
{
    private readonly Dictionary<string, ServingHeads> _heads = [];

    /// <summary>Checks feedback.</summary>
    /// <param name="feedback">The feedback.</param>
    /// <param name="from">The first offset of each partition of the predictions to search; null: all.</param>
    /// <param name="cancellation">Cancels the check.</param>
    public async Task<IReadOnlyList<FeedbackCheck>> CheckAsync(
        IReadOnlyList<FeedbackReceived> feedback, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation)
    {
        await histories.RefreshAsync(cancellation);
        var heads = feedback.Select(item => pipelines.Find(item.Pipeline)).OfType<PipelineOptions>()
            .Select(static pipeline => pipeline.Model).Distinct().ToDictionary(static model => model, FindHeads);
        var joinedFeedback = await predictions.JoinAsync(
            feedback, from, cancellation, item => pipelines.HasSubjectKeys(item.Pipeline)); // their subjects may be erased
        var checks = new List<FeedbackCheck>();
        foreach (var (sent, joined) in feedback.Zip(joinedFeedback))
            checks.Add(await CheckAsync(sent, joined, heads, cancellation));
        return checks;
    }

    private async Task<FeedbackCheck> CheckAsync(
        FeedbackReceived sent, JoinedFeedback? joined, Dictionary<string, ServingHeads?> heads, CancellationToken cancellation)
    {
        if (pipelines.Find(sent.Pipeline) is not { } pipeline)
            return new(null, new(DeadLetterReasons.UnknownPipeline, "The feedback names a pipeline that is not configured here."));
        if (pipeline.Predictions is not null)
            return new(null); // the monitor uses it: the model is served elsewhere
        var fault = heads[pipeline.Model] is { } serving ? CheckLabel(serving, sent) : null;
        if (fault is not null)
            return new(pipeline.Model, fault);
        var reason = joined is null ? ExclusionReason.NoPrediction : await FindReasonAsync(joined, cancellation);
        if (reason == ExclusionReason.NoPrediction && joined is not { HasPrediction: true })
            return new(pipeline.Model) { IsWithoutPrediction = true };
        return new(pipeline.Model, reason is null ? null
            : new(reason, $"The text of the feedback cannot be read: {ExclusionReason.Describe(reason)}."));
    }

    /// <returns>Why no model can learn from the feedback; null if its text can be read.</returns>
    private async Task<string?> FindReasonAsync(JoinedFeedback joined, CancellationToken cancellation)
    {
        if (joined.IsErased)
            return ExclusionReason.Erased;
        var isComplete = !string.IsNullOrWhiteSpace(joined.Feedback.Text) && !pipelines.HasSubjectKeys(joined.Feedback.Pipeline);
        return isComplete ? null : (await texts.ResolveAsync(joined, cancellation)).Reason;
    }

    private static RecordFault? CheckLabel(ServingHeads serving, FeedbackReceived feedback)
    {
        if (!serving.Labels.TryGetValue(feedback.Head, out var labels))
        {
            return new(DeadLetterReasons.UnknownHead, $"{serving.Version} has no head of this name that can be fine-tuned; it has "
                + $"{(serving.Labels.Count > 0 ? string.Join(", ", serving.Labels.Keys) : "none")}.");
        }
        return LabelNames.Find(labels, feedback.Label) is not null ? null : new(
            DeadLetterReasons.UnknownLabel,
            $"The head {feedback.Head} of {serving.Version} has no such label; it has {string.Join(", ", labels)}.");
    }

    /// <summary>
    /// Returns the heads of the serving version; null if none serves or its package is damaged, which is reported where it is served.
    /// </summary>
    private ServingHeads? FindHeads(string model)
    {
        if (directory.FindServing(model, histories.Get(model)) is not { } serving)
            return null;
        if (_heads.TryGetValue(model, out var known) && known.Version == serving.Version)
            return known;
        try
        {
            var heads = ModelPackage.ReadManifest(directory.Resolve(serving.Directory)).Heads
                .Where(static head => HeadTask.IsFineTunable(head.Task));
            return _heads[model] = new(serving.Version, heads.ToDictionary(static head => head.Name, static head => head.Labels));
        }
        catch (ModelPackageException)
        {
            return null;
        }
    }

    /// <summary>The heads of a serving version that can be fine-tuned, with their labels.</summary>
    private sealed record ServingHeads(string Version, IReadOnlyDictionary<string, IReadOnlyList<string>> Labels);
}
