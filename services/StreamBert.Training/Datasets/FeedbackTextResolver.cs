using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Reading;
using StreamBert.Streaming.Schemas;

namespace StreamBert.Training.Datasets;

/// <summary>
/// Resolves the text that feedback refers to: inline, or in the log at the origin of the feedback, read by the field mapping of the
/// pipeline. In a pipeline that seals, an inline text alone is not enough: its subject may have been erased.
/// </summary>
internal sealed class FeedbackTextResolver(
    IEventLog log, PipelineCatalog pipelines, PrivacyFilter privacy, SubjectVault vault, SchemaDecoder schemas)
{
    private static readonly FieldMapping OwnFields = new();

    /// <returns>The text and its subject as far as it is known, or the <see cref="ExclusionReason"/>.</returns>
    public async Task<(string? Text, string? Subject, string? Reason)> ResolveAsync(
        JoinedFeedback joined, CancellationToken cancellation)
    {
        var found = await FindAsync(joined, cancellation);
        return found.Subject is { } subject && pipelines.HasSubjectKeys(joined.Feedback.Pipeline)
            && vault.IsErasedSince(subject, joined.Feedback.OccurredAt) ? (null, null, ExclusionReason.Erased) : found;
    }

    private async Task<(string? Text, string? Subject, string? Reason)> FindAsync(JoinedFeedback joined, CancellationToken cancellation)
    {
        var feedback = joined.Feedback;
        var needsSubject = !joined.HasPrediction && pipelines.HasSubjectKeys(feedback.Pipeline);
        var sent = string.IsNullOrWhiteSpace(feedback.Text) ? null : feedback.Text;
        if (sent is not null && !(needsSubject && feedback.Subject is null))
            return (AsModelInput(feedback.Pipeline, sent), feedback.Subject, null);
        if (feedback.Origin is not { } origin)
            return (null, null, ExclusionReason.NoPrediction);
        if (Topics.IsInternal(origin.Topic) || await log.FetchAsync(origin, cancellation) is not { Value: not null, Damage: null } record)
            return (null, null, ExclusionReason.OriginGone);
        if (vault.Open(record) is not { State: SealState.Readable, Record: { Value: not null } opened })
            return (null, null, ExclusionReason.Erased);
        var decoded = (await schemas.DecodeAsync([opened], cancellation))[0].Record;
        return ReadText(decoded, MappingOf(record), feedback) is var (text, subject)
            ? (AsModelInput(feedback.Pipeline, sent ?? text), feedback.Subject ?? subject, null)
            : (null, null, ExclusionReason.OriginMismatch);
    }

    /// <summary>Returns the id of the feedback as it may be logged.</summary>
    public string LoggableId(FeedbackReceived feedback) => privacy.Pseudonymize(feedback.Pipeline, feedback.Id);

    /// <summary>
    /// Returns the annotator of the feedback as the name may be logged; see <see cref="PrivacyFilter.NamesOfAnnotator"/>.
    /// </summary>
    public IEnumerable<string> LoggableAnnotators(FeedbackReceived feedback) =>
        privacy.NamesOfAnnotator(feedback.Pipeline, feedback.Annotator);

    /// <summary>Returns the text as the model of that pipeline reads it; the topic of another producer contains it unredacted.</summary>
    private string AsModelInput(string pipeline, string text) =>
        pipelines.Find(pipeline) is { Privacy.ModelReadsOriginal: true } ? text : privacy.RedactorOf(pipeline).Redact(text).Text;

    /// <summary>StreamBert's own records have StreamBert's own fields, whatever the mapping for the other producers of the topic.</summary>
    private FieldMapping MappingOf(LogRecord record) =>
        EventRecord.Is<TextReceived>(record) ? OwnFields : pipelines.ForTopic(record.Position.Topic)?.Fields ?? OwnFields;

    private (string Text, string? Subject)? ReadText(LogRecord record, FieldMapping mapping, FeedbackReceived feedback)
    {
        try
        {
            using var parsed = ProducerRecord.Parse(record.Value!, record.Headers);
            return RecordJson.Scalar(parsed.Find(mapping.Id)) is { } id && HasId(feedback, id)
                && RecordJson.Scalar(parsed.FindText(mapping.Text)) is { } text && !string.IsNullOrWhiteSpace(text)
                ? (text, RecordJson.Scalar(parsed.Find(mapping.Subject))) : null;
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            return null; // such a record has no prediction, so the origin of the feedback is wrong
        }
    }

    private bool HasId(FeedbackReceived feedback, string id) =>
        id == feedback.Id || privacy.Pseudonymize(feedback.Pipeline, id) == feedback.Id;
}
