using System.Diagnostics;
using System.Globalization;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Serving;
using StreamBert.Privacy;
using StreamBert.Privacy.Redaction;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Reading;

namespace StreamBert.Inference.Records;

/// <summary>Parses, redacts and tokenizes the text of a record, or rejects the record with a reason. Thread-safe.</summary>
internal sealed class RecordPreparer(
    PipelineCatalog pipelines, IReadOnlyDictionary<string, ModelServer> servers, PrivacyFilter privacy, Priority priority,
    InferenceOptions options, UnusableRecords unusable, TimeProvider time)
{
    private const string Consequence = "It becomes a dead letter; the records after it are processed.";

    private readonly EventTimeClamp _eventTimes = new(options.ClockSkewTolerance);

    /// <summary>Prepares a record. Whatever it makes the code throw is the fault of this record alone, and rejects it.</summary>
    /// <param name="readAt">The timestamp of the read.</param>
    /// <param name="abandoned">Is cancelled when the read is abandoned.</param>
    public InFlightRecord Prepare(FetchedRecord fetched, long readAt, CancellationToken abandoned)
    {
        var pipeline = PipelineOf(fetched.Record);
        if (fetched.Fault is { } fault)
            return RejectFaulty(fetched.Record, pipeline, fault);
        try
        {
            return Parse(fetched, pipeline, readAt, abandoned);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            return RejectFaulty(
                fetched.Record, pipeline, new(DeadLetterReasons.ProcessingFailed, $"The record cannot be processed: {e.Message}", e));
        }
    }

    private InFlightRecord.Rejected RejectFaulty(LogRecord record, PipelineOptions? pipeline, RecordFault fault)
    {
        unusable.Report("inference", record.Position, fault, Consequence);
        return new(record, ReceivedAt(record), pipeline, new(fault.Reason, fault.Detail, fault.Error));
    }

    private InFlightRecord Parse(FetchedRecord fetched, PipelineOptions? pipeline, long readAt, CancellationToken abandoned)
    {
        if (pipeline is null)
        {
            return Reject(
                fetched, null,
                new(DeadLetterReasons.UnknownPipeline, $"The header '{RecordHeaders.Pipeline}' names no configured pipeline."));
        }
        if (fetched.Opened.State != SealState.Readable)
            return Reject(fetched, pipeline, Unreadable(fetched.Opened.State));
        if (fetched.Decoded.Fault is { } fault)
            return Reject(fetched, pipeline, new(fault.Reason, fault.Detail));
        return RecordParser.Parse(fetched.Readable, pipeline, pipelines.Limits) switch
        {
            { Text: { } text, Prediction: { } prediction } => Accept(fetched, pipeline, text, prediction),
            { Text: { } text } => Queue(fetched, pipeline, text, readAt, abandoned),
            { Rejection: { } rejection } => Reject(fetched, pipeline, rejection),
            _ => throw new UnreachableException(),
        };
    }

    private InFlightRecord.Predicted Accept(
        FetchedRecord fetched, PipelineOptions pipeline, TextReceived parsed, ParsedPrediction prediction)
    {
        var receivedAt = ReceivedAt(fetched.Record);
        var text = privacy.RedactForModel(pipeline, _eventTimes.Apply(parsed, receivedAt, out var claimed));
        var redacted = Redacted(pipeline, text.Text) is { } own ? text with { Text = own.Text } : text;
        return new(fetched.Record, receivedAt, pipeline, redacted, prediction) { Key = fetched.Opened.Key, ClaimedTime = claimed };
    }

    private InFlightRecord Queue(
        FetchedRecord fetched, PipelineOptions pipeline, TextReceived parsed, long readAt, CancellationToken abandoned)
    {
        var receivedAt = ReceivedAt(fetched.Record);
        var text = privacy.RedactForModel(pipeline, _eventTimes.Apply(parsed, receivedAt, out var claimed));
        var redacted = Redacted(pipeline, text.Text);
        if (!servers.TryGetValue(pipeline.Model, out var server))
        {
            return Reject(fetched, pipeline, ModelMissing(pipeline.Model), text);
        }
        var key = RolloutKey.Of(text);
        using var lease = server.Acquire(key);
        try
        {
            var pending = Tokenize(text.Text, key, pipeline, lease.Model, server.Cache, DeadlineOf(fetched.Record), abandoned);
            return new InFlightRecord.Queued(fetched.Record, receivedAt, pipeline, text, pending, readAt)
            {
                Key = fetched.Opened.Key,
                ClaimedTime = claimed,
                Redacted = redacted,
            };
        }
        catch (Exception e)
        {
            return Reject(fetched, pipeline, new(DeadLetterReasons.ModelError, $"The text cannot be tokenized: {e.Message}", e), text);
        }
    }

    private InFlightRecord.Rejected Reject(
        FetchedRecord fetched, PipelineOptions? pipeline, Rejection rejection, TextReceived? text = null) =>
        new(fetched.Record, ReceivedAt(fetched.Record), pipeline, rejection, text) { Key = fetched.Opened.Key };

    /// <summary>Returns the redacted text to store where the model reads the original; null where both are the same.</summary>
    private RedactedText? Redacted(PipelineOptions pipeline, string text) =>
        pipeline.Privacy.ModelReadsOriginal && privacy.RedactorOf(pipeline.Name) is { IsEmpty: false } redactor
            ? redactor.Redact(text)
            : null;

    /// <summary>Tokenizes a text, and completes it at once if its deadline has passed or its prediction is cached.</summary>
    private PendingText Tokenize(
        string text, string key, PipelineOptions pipeline, ServedModel model, PredictionCache cache, DateTimeOffset? deadline,
        CancellationToken abandoned)
    {
        var pending = new PendingText(text, model, priority, abandoned) { Deadline = deadline, Key = key, Pipeline = pipeline };
        pending.FailIfExpired(time);
        if (pending.NeedsResult && cache.Find(model.Version, pending.Encoded) is { } cached)
            pending.Complete(new ClassificationResult.Succeeded(cached, model.Version, time.GetTimestamp(), TimeSpan.Zero, 0));
        return pending;
    }

    private static Rejection ModelMissing(string model) =>
        new(DeadLetterReasons.ModelError, $"No version of the model '{model}' is available yet; replay this dead letter when one serves.");

    private static Rejection Unreadable(SealState state) => state == SealState.Erased
        ? new(DeadLetterReasons.Erased, "The subject of this text was erased before the text was classified; nobody can read it any more.")
        : new(DeadLetterReasons.Sealed,
            "The text is sealed and its key is not available here. Configure the Privacy:Directory (and MasterKey) of the service that "
            + "sealed it, then replay this dead letter.");

    /// <summary>
    /// Returns the deadline of an interactive text. Bulk texts have none: nobody waits for them, and to their producers a header of that
    /// name may mean something else. Replayed texts have none either: they are wanted at any time.
    /// </summary>
    private DateTimeOffset? DeadlineOf(LogRecord record) =>
        priority == Priority.Interactive && !record.Headers.ContainsKey(RecordHeaders.ReplayOf) ? EventRecord.DeadlineOf(record) : null;

    private PipelineOptions? PipelineOf(LogRecord record)
    {
        if (pipelines.ForTopic(record.Position.Topic) is { } pipeline)
            return pipeline;
        return EventRecord.Header(record, RecordHeaders.Pipeline) is { } name ? pipelines.Find(name) : null;
    }

    private DateTimeOffset ReceivedAt(LogRecord record) => record.ReceivedAt ?? time.GetUtcNow();
}
