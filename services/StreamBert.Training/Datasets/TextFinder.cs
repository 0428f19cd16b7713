using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Schemas;

namespace StreamBert.Training.Datasets;

/// <summary>
/// Finds the text a verdict is about: inline, or in the log at the verdict's origin, read by the pipeline's field mapping.
/// </summary>
public sealed class TextFinder(IEventLog log, PipelineCatalog pipelines, PrivacyFilter guard, SubjectVault vault, SchemaDecoder schemas)
{
    private static readonly FieldMapping OurFields = new();

    /// <returns>The text, or null and the reason, one of <see cref="SetAside"/>.</returns>
    public async Task<(string? Text, string? Reason)> FindAsync(FeedbackReceived feedback, CancellationToken cancellation)
    {
        if (!string.IsNullOrWhiteSpace(feedback.Text))
            return (AsRead(feedback.Pipeline, feedback.Text), null);
        if (feedback.Origin is not { } origin)
            return (null, SetAside.NoText);
        if (Topics.IsInternal(origin.Topic) || await log.FetchAsync(
            new(origin.Topic, origin.Partition, origin.Offset),
            cancellation) is not { Value: not null, Damage: null } record)
        {
            return (null, SetAside.OriginGone);
        }

        if (vault.Open(record) is not { State: SealState.Readable, Record: { Value: not null } opened })
            return (null, SetAside.Erased);
        var decoded = (await schemas.DecodeAsync([opened], cancellation))[0].Record;
        return Read(decoded, MappingOf(record), feedback) is { } text
            ? (AsRead(feedback.Pipeline, text), null)
            : (null, SetAside.OriginMismatch);
    }

    /// <summary>The text as the model reads it in that pipeline: a foreign topic holds it as it came.</summary>
    private string AsRead(string pipeline, string text) =>
        pipelines.Find(pipeline) is { Privacy.ModelReadsOriginal: true } ? text : guard.RedactorOf(pipeline).Redact(text).Text;

    /// <summary>What StreamBert itself wrote has its own fields, whatever the mapping of the topic's other producers.</summary>
    private FieldMapping MappingOf(LogRecord record) => record.Headers.ContainsKey(RecordHeaders.Type) && record.IsEvent<TextReceived>()
        ? OurFields : pipelines.ForTopic(record.Position.Topic)?.Fields ?? OurFields;

    /// <summary>The id of a verdict as it may be shown.</summary>
    public string IdOf(FeedbackReceived feedback) => guard.Pseudonymize(feedback.Pipeline, feedback.Id);

    private string? Read(LogRecord record, FieldMapping mapping, FeedbackReceived feedback)
    {
        try
        {
            using var parsed = ProducerRecord.Parse(record.Value!, record.Headers);
            return RecordJson.Scalar(parsed.Find(mapping.Id)) is { } id
                && (id == feedback.Id || guard.Pseudonymize(feedback.Pipeline, id) == feedback.Id)
                && RecordJson.Scalar(parsed.FindText(mapping.Text)) is { } text
                && !string.IsNullOrWhiteSpace(text) ? text : null;
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            return null; // such a record has no prediction, so this verdict names the wrong one
        }
    }
}
