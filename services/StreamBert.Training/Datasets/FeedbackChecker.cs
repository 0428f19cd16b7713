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
    /// <summary>The heads of a serving version that can be fine-tuned, with their labels.</summary>
    private readonly Dictionary<string, (string Version, IReadOnlyDictionary<string, IReadOnlyList<string>> Labels)> _labels = [];

    /// <summary>Checks feedback.</summary>
    /// <param name="feedback">The feedback.</param>
    /// <param name="from">The first offset of each partition of the predictions to search; null: all.</param>
    /// <param name="cancellation">Cancels the check.</param>
    public async Task<IReadOnlyList<FeedbackCheck>> CheckAsync(
        IReadOnlyList<FeedbackReceived> feedback, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation)
    {
        var checks = new List<FeedbackCheck>();
        foreach (var (sent, joined) in feedback.Zip(await predictions.JoinAsync(feedback, from, cancellation)))
            checks.Add(await CheckAsync(sent, joined, cancellation));
        return checks;
    }

    private async Task<FeedbackCheck> CheckAsync(FeedbackReceived sent, FeedbackReceived? joined, CancellationToken cancellation)
    {
        if (pipelines.Find(sent.Pipeline) is not { } pipeline)
            return new(null, new(DeadLetterReasons.UnknownPipeline, "The feedback names a pipeline that is not configured here."));
        if (pipeline.Predictions is not null)
            return new(null); // the monitor uses it: the model is served elsewhere
        var fault = await CheckLabelAsync(pipeline.Model, sent, cancellation);
        if (fault is null && joined is null)
            return new(pipeline.Model) { IsWithoutPrediction = true };
        return new(pipeline.Model, fault ?? await CheckTextAsync(joined!, cancellation));
    }

    private async Task<RecordFault?> CheckTextAsync(FeedbackReceived feedback, CancellationToken cancellation)
    {
        if (!string.IsNullOrWhiteSpace(feedback.Text))
            return null;
        return (await texts.ResolveAsync(feedback, cancellation)).Reason is { } reason
            ? new(reason, $"The text of the feedback cannot be read: {ExclusionReason.Describe(reason)}.") : null;
    }

    private async Task<RecordFault?> CheckLabelAsync(string model, FeedbackReceived feedback, CancellationToken cancellation)
    {
        var history = await histories.ReadAsync(model, cancellation);
        if (directory.FindServing(model, history) is not { } serving || ReadLabels(model, serving) is not { } heads)
            return null; // no version serves, or its package is damaged: this is reported where it is served
        if (!heads.TryGetValue(feedback.Head, out var labels))
        {
            return new(DeadLetterReasons.UnknownHead, $"{serving.Version} has no head of this name that can be fine-tuned; it has "
                + $"{(heads.Count > 0 ? string.Join(", ", heads.Keys) : "none")}.");
        }
        return LabelNames.Find(labels, feedback.Label) is not null ? null : new(
            DeadLetterReasons.UnknownLabel,
            $"The head {feedback.Head} of {serving.Version} has no such label; it has {string.Join(", ", labels)}.");
    }

    private IReadOnlyDictionary<string, IReadOnlyList<string>>? ReadLabels(string model, ServedVersion serving)
    {
        if (_labels.TryGetValue(model, out var known) && known.Version == serving.Version)
            return known.Labels;
        try
        {
            var labels = ModelPackage.ReadManifest(directory.Resolve(serving.Directory)).Heads
                .Where(static head => HeadTask.IsFineTunable(head.Task)).ToDictionary(static head => head.Name, static head => head.Labels);
            _labels[model] = (serving.Version, labels);
            return labels;
        }
        catch (ModelPackageException)
        {
            return null;
        }
    }
}
