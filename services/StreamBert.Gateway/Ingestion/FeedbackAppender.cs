using System.Text;
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

/// <summary>Puts people's verdicts into the log, each with the place of its text where the prediction is stored.</summary>
public sealed class FeedbackAppender(
    IEventLog log,
    StateStore store,
    ReadBudget reads,
    LabelCatalog labels,
    PipelineCatalog pipelines,
    PrivacyFilter guard,
    SubjectVault vault,
    TimeProvider time)
{
    /// <summary>Pages of stored predictions that one request may look up.</summary>
    private const int PagesPerRequest = 8;

    /// <summary>Validates all, then appends all at once.</summary>
    /// <param name="actor">Whose verdicts they are where they name no annotator.</param>
    /// <exception cref="InvalidRequestException">A verdict is not valid; none was written.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written; send them again.</exception>
    /// <exception cref="StateUnavailableException">The prediction cannot be looked up and a verdict carries no text.</exception>
    public async Task AppendAsync(IReadOnlyList<FeedbackRequest> verdicts, string actor, CancellationToken cancellation)
    {
        RefuseTooLarge(verdicts);
        using var lease = reads.OpenLease(PagesPerRequest);
        var predictions = await PredictionsAsync(verdicts, lease, cancellation);
        var errors = new Dictionary<string, string>();
        for (var index = 0; index < verdicts.Count; index++)
        {
            foreach (var (field, error) in await FaultsAsync(verdicts[index], predictions[index], cancellation))
                errors[$"[{index}].{field}"] = error;
        }

        if (errors.Count > 0) throw new InvalidRequestException(errors);

        var now = time.GetUtcNow();
        var canonical = await Task.WhenAll(
            verdicts.Zip(predictions, (verdict, prediction) => CanonicalAsync(verdict, prediction, cancellation)));
        var feedback = canonical.Zip(predictions, (verdict, prediction) => ToEvent(verdict, prediction, actor, now)).ToList();
        Refuse(feedback.Select(pipelines.FaultOf));
        var records = feedback.ConvertAll(ToRecord);
        Refuse(records.Select(record => pipelines.Limits.ValidateRecordSize(record.Bytes)));
        await log.AppendAsync(
            vault.Seal([.. feedback.Zip(records, (given, record) => (pipelines.Get(given.Pipeline), given.Subject, record))]),
            cancellation);
    }

    /// <summary>What the trainer would dead-letter is refused here, by the same rules, before anything is looked up by it.</summary>
    private void RefuseTooLarge(IReadOnlyList<FeedbackRequest> verdicts) => Refuse(verdicts.Select(verdict => pipelines.Limits.Validate(
        new FeedbackReceived
        {
            Id = verdict.Id ?? "",
            Pipeline = verdict.Pipeline ?? "",
            Head = verdict.Head ?? "",
            Label = verdict.Label ?? "",
            Annotator = verdict.Annotator ?? "",
            Text = verdict.Text,
            OccurredAt = default,
        }, verdict.Pipeline is { } name ? pipelines.Find(name)?.MaxTextBytes : null)));

    /// <exception cref="InvalidRequestException">A field of the feedback is over its limit.</exception>
    /// <exception cref="TextTooLargeException">Its text is.</exception>
    private static void Refuse(IEnumerable<LimitFault?> faults)
    {
        var errors = new Dictionary<string, string>();
        foreach (var (index, fault) in faults.Index())
        {
            if (fault?.Code == DeadLetterReasons.TextTooLarge)
                throw new TextTooLargeException($"[{index}]: {fault.Detail}");
            else if (fault is not null)
                errors[$"[{index}]{(fault.Field.Length == 0 ? "" : $".{fault.Field}")}"] = fault.Predicate;
        }

        if (errors.Count > 0) throw new InvalidRequestException(errors);
    }

    /// <summary>
    /// The stored predictions, null where there is none; where every verdict brings its text and pipeline, the state store may be away.
    /// </summary>
    private async Task<TextClassified?[]> PredictionsAsync(
        IReadOnlyList<FeedbackRequest> verdicts,
        ReadLease lease,
        CancellationToken cancellation)
    {
        try
        {
            var byId = await store.FindAllAsync(
                guard,
                vault,
                [.. verdicts.Select(static verdict => verdict.Id).Where(static id => !string.IsNullOrEmpty(id)).Distinct()],
                lease,
                cancellation)
                ?? throw new TextTooLargeException($"The predictions that this feedback is about are too large to be looked up together ({PagesPerRequest} times Redis:MaxPageBytes). Send it in several requests.");
            return [.. verdicts.Select(verdict => string.IsNullOrEmpty(verdict.Id) ? null : byId.GetValueOrDefault(verdict.Id))];
        }
        catch (StateUnavailableException) when (verdicts.All(static verdict => verdict is { Text: not null, Pipeline: not null }))
        {
            return new TextClassified?[verdicts.Count];
        }
    }

    private async Task<IReadOnlyList<(string Field, string Error)>> FaultsAsync(
        FeedbackRequest verdict, TextClassified? prediction, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(verdict.Id)) return [("id", "must be the id of a classified text.")];
        if (prediction is null && verdict.Text is null)
            return [("id", $"no prediction '{verdict.Id}' is stored (any more); send the text too, or wait until it has been classified.")];
        if (prediction is null && verdict.Pipeline is null) return [("pipeline", "is needed where the prediction is not stored.")];
        if (verdict.Pipeline is not null && prediction is not null && prediction.Pipeline != verdict.Pipeline)
            return [("pipeline", $"is '{verdict.Pipeline}', but the text was classified by '{prediction.Pipeline}'; leave it out.")];

        var name = prediction?.Pipeline ?? verdict.Pipeline!;
        if (pipelines.Find(name) is not { } pipeline)
            return [("pipeline", $"there is no pipeline '{name}'; configured: {string.Join(", ", pipelines.All.Select(static known => known.Name))}.")];
        if (verdict.Text is not null) TextAppender.CheckSize(pipeline, verdict.Text, "text");
        if (verdict.Head is null || !pipeline.Heads.Contains(verdict.Head))
            return [("head", $"the pipeline '{name}' has no head '{verdict.Head}'; it has {string.Join(", ", pipeline.Heads)}.")];
        if (string.IsNullOrWhiteSpace(verdict.Label)) return [("label", "is missing.")];
        if (!VisibleText.IsPlain(
            verdict.Label))
        {
            return [("label", "holds control characters, line breaks or characters that cannot be seen; labels have none.")];
        }

        var known = await LabelsAsync(name, verdict.Head, prediction, cancellation);
        if (known.Count == 0) return [];
        if (!known.TryGetValue(verdict.Head, out var ofHead))
            return [("head", $"the head '{verdict.Head}' has no labels, as one that names entities; only the label of a text can be corrected, that of {string.Join(", ", known.Keys)}.")];
        return LabelNames.Find(ofHead, verdict.Label) is null
            ? [("label", $"the head '{verdict.Head}' has no label '{verdict.Label}'; it has {string.Join(", ", ofHead)}.")] : [];
    }

    /// <summary>Head → labels by the prediction itself, else by the pipeline's model; empty while nothing is known of that.</summary>
    private async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> LabelsAsync(
        string pipeline, string head, TextClassified? prediction, CancellationToken cancellation) =>
        prediction is not null && (prediction.Entities is not null || prediction.Heads.ContainsKey(head))
            ? prediction.Heads.ToDictionary(static head => head.Key, static head => (IReadOnlyList<string>)[.. head.Value.Scores.Keys])
            : await labels.OfAsync(pipeline, cancellation);

    /// <summary>The label as the model writes it, so that whoever compares labels compares names.</summary>
    private async Task<FeedbackRequest> CanonicalAsync(
        FeedbackRequest verdict,
        TextClassified? prediction,
        CancellationToken cancellation)
    {
        var known = await LabelsAsync(prediction?.Pipeline ?? verdict.Pipeline!, verdict.Head, prediction, cancellation);
        return known.TryGetValue(verdict.Head, out var ofHead) && LabelNames.Find(ofHead, verdict.Label) is { } label
            ? verdict with { Label = label } : verdict with { Label = guard.RedactText(prediction?.Pipeline ?? verdict.Pipeline, verdict.Label) };
    }

    /// <summary>
    /// The text that is stored with a verdict. Where the pipeline redacts, the prediction's comes first: it has lost its names too. Of an
    /// erased subject
    /// nothing is kept, whatever the sender still has on the screen; nor where no prediction is stored, which alone names the subject to
    /// seal for and the
    /// persons to redact: such a verdict counts, but training has no text to it.
    /// </summary>
    internal static string? TextOf(PipelineOptions pipeline, Redactor redactor, FeedbackRequest verdict, TextClassified? prediction)
    {
        if (prediction?.Erased == true) return null;
        if (prediction is null && (pipeline.Privacy.PerSubjectKeys || redactor.RedactsNames)) return null;
        return redactor.IsEmpty ? verdict.Text ?? prediction?.Text
            : prediction?.Text ?? (verdict.Text is { } sent ? redactor.Redact(sent).Text : null);
    }

    private FeedbackReceived ToEvent(FeedbackRequest verdict, TextClassified? prediction, string actor, DateTimeOffset now)
    {
        var pipeline = pipelines.Get(prediction?.Pipeline ?? verdict.Pipeline!);
        var text = TextOf(pipeline, guard.RedactorOf(pipeline.Name), verdict, prediction);
        return new()
        {
            Id = prediction?.Id ?? guard.Pseudonymize(pipeline.Name, verdict.Id),
            Pipeline = pipeline.Name,
            Head = verdict.Head,
            Label = verdict.Label,
            Annotator = guard.Pseudonymize(pipeline.Name, string.IsNullOrWhiteSpace(verdict.Annotator) ? actor : verdict.Annotator),
            OccurredAt = now,
            Subject = prediction?.Subject,
            // Placeholders may have made the stored text larger than a text may be; the trainer then reads it where it stands.
            Text = prediction is not null && text is not null && FieldLimits.ValidateText("text", text, pipeline.MaxTextBytes) is not null
                ? null
                : text,
            Origin = prediction?.Origin,
        };
    }

    private static NewRecord ToRecord(FeedbackReceived feedback) =>
        EventRecord.Create(Topics.Feedback, feedback.Id, feedback, feedback.OccurredAt);
}
