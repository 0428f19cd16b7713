using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Ingestion;

/// <summary>Validates feedback against the stored predictions, or against the labels of the serving model.</summary>
internal sealed class FeedbackValidator(LabelCatalog labels, PipelineCatalog pipelines)
{
    /// <exception cref="InvalidRequestException">Feedback is invalid.</exception>
    /// <exception cref="TextTooLargeException">A text is larger than its pipeline accepts.</exception>
    public async Task ValidateAsync(
        IReadOnlyList<FeedbackRequest> requests, IReadOnlyList<TextClassified?> predictions, FeedbackSender sender,
        CancellationToken cancellation)
    {
        var errors = new RequestErrors();
        foreach (var (index, request) in requests.Index())
        {
            if (sender.ValidateAnnotator(request.Annotator) is { } annotatorError)
                errors.Add(index, "annotator", annotatorError);
            else if (ValidateId(request, predictions[index]) is var (field, error))
                errors.Add(index, field, error);
            else if (await ValidateLabelAsync(request, predictions[index], cancellation) is var (labelField, labelError))
                errors.Add(index, labelField, labelError);
        }
        errors.ThrowIfAny();
    }

    /// <summary>Gets the labels by head, from the prediction or else from the model; empty while nothing is known of the model.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> GetLabelsAsync(
        string pipeline, string head, TextClassified? prediction, CancellationToken cancellation) =>
        prediction is not null && (prediction.Entities is not null || prediction.Heads.ContainsKey(head))
            ? prediction.Heads.ToDictionary(static head => head.Key, static head => (IReadOnlyList<string>)[.. head.Value.Scores.Keys])
            : await labels.GetAsync(pipeline, cancellation);

    private (string Field, string Error)? ValidateId(FeedbackRequest request, TextClassified? prediction)
    {
        if (string.IsNullOrEmpty(request.Id))
            return ("id", "must be the id of a classified text.");
        if (prediction is null && request.Text is null)
            return ("id", $"no prediction '{request.Id}' is stored; send the text too, or wait until it has been classified.");
        if (prediction is null && request.Pipeline is null)
            return ("pipeline", "is required because the prediction is not stored.");
        if (request.Pipeline is not null && prediction is not null && prediction.Pipeline != request.Pipeline)
            return ("pipeline", $"is '{request.Pipeline}', but the pipeline '{prediction.Pipeline}' classified the text; leave it out.");
        var name = prediction?.Pipeline ?? request.Pipeline!;
        return pipelines.Find(name) is null ? ("pipeline", pipelines.DescribeUnknown(name)) : null;
    }

    private async Task<(string Field, string Error)?> ValidateLabelAsync(
        FeedbackRequest request, TextClassified? prediction, CancellationToken cancellation)
    {
        var pipeline = pipelines.Get(prediction?.Pipeline ?? request.Pipeline!);
        if (request.Text is not null)
            TextAppender.CheckSize(pipeline, request.Text, "text");
        if (request.Head is null || !pipeline.Heads.Contains(request.Head))
            return ("head", $"the pipeline '{pipeline.Name}' has no head '{request.Head}'; it has {string.Join(", ", pipeline.Heads)}.");
        if (string.IsNullOrWhiteSpace(request.Label))
            return ("label", "is missing.");
        if (!VisibleText.IsPlain(request.Label))
            return ("label", "contains control characters, line breaks or invisible characters.");
        var known = await GetLabelsAsync(pipeline.Name, request.Head, prediction, cancellation);
        if (known.Count == 0)
            return null;
        if (!known.TryGetValue(request.Head, out var ofHead))
        {
            return ("head", $"the head '{request.Head}' recognizes entities and has no labels for texts; heads with labels are "
                + $"{string.Join(", ", known.Keys)}.");
        }

        return LabelNames.Find(ofHead, request.Label) is null
            ? ("label", $"the head '{request.Head}' has no label '{request.Label}'; it has {string.Join(", ", ofHead)}.") : null;
    }
}
