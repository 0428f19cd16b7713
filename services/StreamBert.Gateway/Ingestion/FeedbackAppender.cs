using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Redaction;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Leases;

namespace StreamBert.Gateway.Ingestion;

/// <summary>Appends feedback to the log, with the position of its text if the prediction is stored.</summary>
public sealed class FeedbackAppender(
    IEventLog log, StateStore store, ReadBudget reads, LabelCatalog labels, PipelineCatalog pipelines, PrivacyFilter privacy,
        SubjectVault vault,
    TimeProvider time)
{
    /// <summary>The number of pages of predictions that one request may read.</summary>
    private const int PagesPerRequest = 8;

    private readonly FeedbackValidator _validator = new(labels, pipelines);

    /// <summary>Validates all feedback, then appends it together.</summary>
    /// <param name="requests">The feedback.</param>
    /// <param name="sender">The annotator of feedback that names none.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="InvalidRequestException">Feedback is invalid; none was appended.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written; send the feedback again.</exception>
    /// <exception cref="StateUnavailableException">The predictions cannot be read, and feedback has no text.</exception>
    public async Task AppendAsync(IReadOnlyList<FeedbackRequest> requests, FeedbackSender sender, CancellationToken cancellation)
    {
        Reject(requests.Select(request => pipelines.Limits.Validate(CreateUncheckedEvent(request), FindMaxTextBytes(request))));
        using var lease = reads.OpenLease(PagesPerRequest);
        var predictions = await FindPredictionsAsync(requests, lease, cancellation);
        await _validator.ValidateAsync(requests, predictions, sender, cancellation);

        var now = time.GetUtcNow();
        var canonical = await Task.WhenAll(
            requests.Zip(predictions, (request, prediction) => UseModelLabelAsync(request, prediction, cancellation)));
        var feedback = canonical.Zip(predictions, (request, prediction) => CreateEvent(request, prediction, sender.Name, now)).ToList();
        Reject(feedback.Select(pipelines.FaultOf));
        var records = feedback.ConvertAll(static item => EventRecord.Create(Topics.Feedback, item.Id, item, item.OccurredAt));
        Reject(records.Select(record => pipelines.Limits.ValidateRecordSize(record.Bytes)));
        await log.AppendAsync(
            vault.Seal([.. feedback.Zip(records, (item, record) => (pipelines.Get(item.Pipeline), item.Subject, record))]), cancellation);
    }

    /// <summary>
    /// Gets the text to store with feedback. In a pipeline that redacts, the text of the prediction comes first, because names are
    /// redacted there too. No text is
    /// stored for an erased subject, nor if there is no prediction, which alone names the subject to seal for and the persons to redact:
    /// such feedback counts, but
    /// Training has no text for it.
    /// </summary>
    internal static string? GetText(PipelineOptions pipeline, Redactor redactor, FeedbackRequest request, TextClassified? prediction)
    {
        if (prediction?.Erased == true || (prediction is null && (pipeline.Privacy.PerSubjectKeys || redactor.RedactsNames)))
            return null;
        if (redactor.IsEmpty)
            return request.Text ?? prediction?.Text;
        return prediction?.Text ?? (request.Text is { } sent ? redactor.Redact(sent).Text : null);
    }

    /// <summary>Creates an event to check its sizes by the rules of Training, before any of its fields is used.</summary>
    private static FeedbackReceived CreateUncheckedEvent(FeedbackRequest request) => new()
    {
        Id = request.Id ?? "",
        Pipeline = request.Pipeline ?? "",
        Head = request.Head ?? "",
        Label = request.Label ?? "",
        Annotator = request.Annotator ?? "",
        Text = request.Text,
        OccurredAt = default,
    };

    private int? FindMaxTextBytes(FeedbackRequest request) => request.Pipeline is { } name ? pipelines.Find(name)?.MaxTextBytes : null;

    /// <exception cref="InvalidRequestException">A field exceeds its limit.</exception>
    /// <exception cref="TextTooLargeException">A text exceeds its limit.</exception>
    private static void Reject(IEnumerable<LimitFault?> faults)
    {
        var errors = new RequestErrors();
        foreach (var (index, fault) in faults.Index())
        {
            if (fault?.Code == DeadLetterReasons.TextTooLarge)
                throw new TextTooLargeException($"[{index}]: {fault.Detail}");
            if (fault is not null)
                errors.Add(index, fault.Field, fault.Predicate);
        }
        errors.ThrowIfAny();
    }

    /// <summary>
    /// Finds the stored predictions; null for those that are not stored. If all feedback has its text and pipeline, the state store may
    /// be unavailable.
    /// </summary>
    private async Task<TextClassified?[]> FindPredictionsAsync(
        IReadOnlyList<FeedbackRequest> requests, ReadLease lease, CancellationToken cancellation)
    {
        var ids = requests.Select(static request => request.Id).Where(static id => !string.IsNullOrEmpty(id)).Distinct().ToList();
        try
        {
            var byId = await store.FindAllAsync(privacy, vault, ids, lease, cancellation) ?? throw new TextTooLargeException(
                $"The predictions of this feedback are too large to be read together ({PagesPerRequest} times Redis:MaxPageBytes). Send "
                    + "it in several requests.");
            return [.. requests.Select(request => string.IsNullOrEmpty(request.Id) ? null : byId.GetValueOrDefault(request.Id))];
        }
        catch (StateUnavailableException) when (requests.All(static request => request is { Text: not null, Pipeline: not null }))
        {
            return new TextClassified?[requests.Count];
        }
    }

    /// <summary>Replaces the label by the spelling of the model, so that equal labels have equal names.</summary>
    private async Task<FeedbackRequest> UseModelLabelAsync(
        FeedbackRequest request, TextClassified? prediction, CancellationToken cancellation)
    {
        var pipeline = prediction?.Pipeline ?? request.Pipeline!;
        var known = await _validator.GetLabelsAsync(pipeline, request.Head, prediction, cancellation);
        var label = known.TryGetValue(request.Head, out var ofHead) ? LabelNames.Find(ofHead, request.Label) : null;
        return request with { Label = label ?? privacy.RedactText(pipeline, request.Label) };
    }

    private FeedbackReceived CreateEvent(FeedbackRequest request, TextClassified? prediction, string actor, DateTimeOffset now)
    {
        var pipeline = pipelines.Get(prediction?.Pipeline ?? request.Pipeline!);
        var text = GetText(pipeline, privacy.RedactorOf(pipeline.Name), request, prediction);
        // Placeholders may make the stored text larger than the limit; Training then reads the text at its position.
        var isTooLarge = prediction is not null && text is not null
            && FieldLimits.ValidateText("text", text, pipeline.MaxTextBytes) is not null;
        return new()
        {
            Id = prediction?.Id ?? privacy.Pseudonymize(pipeline.Name, request.Id),
            Pipeline = pipeline.Name,
            Head = request.Head,
            Label = request.Label,
            Annotator = privacy.Pseudonymize(pipeline.Name, string.IsNullOrWhiteSpace(request.Annotator) ? actor : request.Annotator),
            OccurredAt = now,
            Subject = prediction?.Subject,
            Text = isTooLarge ? null : text,
            Origin = prediction?.Origin,
        };
    }
}
