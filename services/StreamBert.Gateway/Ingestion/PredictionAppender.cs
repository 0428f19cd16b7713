using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Reading;

namespace StreamBert.Gateway.Ingestion;

/// <summary>
/// Appends the predictions of a model that is served elsewhere to the input topic of their pipeline: in the form of their producer,
/// redacted and sealed.
/// </summary>
public sealed class PredictionAppender(
    IEventLog log, PipelineCatalog pipelines, PrivacyFilter privacy, SubjectVault vault, TimeProvider time)
{
    private static readonly Dictionary<string, byte[]> NoHeaders = [];

    /// <summary>Validates all predictions by the mapping, then appends them together. When it returns they are durable.</summary>
    /// <param name="pipeline">The pipeline, which takes predictions.</param>
    /// <param name="predictions">The JSON of each prediction.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The ids in the order of the predictions.</returns>
    /// <exception cref="InvalidRequestException">A prediction is invalid; none was appended.</exception>
    /// <exception cref="TextTooLargeException">A text is larger than its pipeline accepts; none was appended.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written; send the predictions again.</exception>
    public async Task<IReadOnlyList<string>> AppendAsync(
        PipelineOptions pipeline, IReadOnlyList<byte[]> predictions, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var texts = Parse(pipeline, predictions, now);
        var records = texts.Zip(predictions, (text, json) => RecordTrace.WithCurrent(privacy.ToRecord(pipeline, text, json))).ToList();
        TextAppender.Reject(records.Select(record => RecordParser.Validate(record, pipeline, pipelines.Limits)));
        var admitted = texts.ConvertAll(text => privacy.RedactForLog(pipeline, text));
        await log.AppendAsync(vault.Seal([.. admitted.Zip(records, (text, record) => (pipeline, text.Subject, record))]), cancellation);
        return [.. admitted.Select(static text => text.Id)];
    }

    /// <summary>Parses the predictions as Inference will.</summary>
    private List<TextReceived> Parse(PipelineOptions pipeline, IReadOnlyList<byte[]> predictions, DateTimeOffset now)
    {
        var parsed = predictions.Select(json => RecordParser.Parse(
            new LogRecord(new(pipeline.Inputs[0], 0, 0), null, json, NoHeaders, now), pipeline, pipelines.Limits)).ToList();
        TextAppender.Reject(parsed.Select(static record => record.Rejection));
        var (errors, ids) = (new RequestErrors(), new HashSet<string>());
        foreach (var (index, record) in parsed.Index())
        {
            var text = record.Text!;
            if (!ids.Add(text.Id))
                errors.Add(index, pipeline.Fields.Id, "must be unique within the request.");
            if (text.OccurredAt > now + TextAppender.MaxTimeAhead)
                errors.Add(index, pipeline.Fields.OccurredAt, TextAppender.IsAhead);
        }
        errors.ThrowIfAny();
        return parsed.ConvertAll(static record => record.Text!);
    }
}
