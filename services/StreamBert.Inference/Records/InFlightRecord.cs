using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Redaction;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Reading;

namespace StreamBert.Inference.Records;

/// <summary>
/// A record that is read and not yet committed: <see cref="Queued"/> for its model, <see cref="Predicted"/> elsewhere, or
/// <see cref="Rejected"/>.
/// </summary>
internal abstract record InFlightRecord
{
    private InFlightRecord(LogRecord source, DateTimeOffset receivedAt) => (Source, ReceivedAt) = (source, receivedAt);

    /// <summary>The record of the input topic.</summary>
    public LogRecord Source { get; }

    /// <summary>The time at which the log received the record; the time of the read where the log does not know it.</summary>
    public DateTimeOffset ReceivedAt { get; }

    /// <summary>
    /// The key that seals the outputs of the record: the one that sealed the record, else its subject's. Null without a subject and in
    /// a pipeline that does not seal.
    /// </summary>
    public SubjectKey? Key { get; init; }

    public abstract PipelineOptions? Pipeline { get; }

    /// <summary>The text as the model reads it; null where the record could not be parsed.</summary>
    public abstract TextReceived? Text { get; }

    /// <summary>A record that cannot be classified; it becomes a dead letter.</summary>
    internal sealed record Rejected(
        LogRecord Source, DateTimeOffset ReceivedAt, PipelineOptions? Pipeline, Rejection Rejection, TextReceived? Text = null)
        : InFlightRecord(Source, ReceivedAt)
    {
        public override PipelineOptions? Pipeline { get; } = Pipeline;

        public override TextReceived? Text { get; } = Text;
    }

    /// <summary>A record with the prediction of a model that is served elsewhere.</summary>
    internal sealed record Predicted(
        LogRecord Source, DateTimeOffset ReceivedAt, PipelineOptions Pipeline, TextReceived Text, ParsedPrediction Prediction)
        : InFlightRecord(Source, ReceivedAt)
    {
        public override PipelineOptions Pipeline { get; } = Pipeline;

        /// <summary>The redacted text; it is empty if the prediction comes without one.</summary>
        public override TextReceived Text { get; } = Text;

        /// <summary>The event time that the producer claims, where it is later than the receipt.</summary>
        public DateTimeOffset? ClaimedTime { get; init; }

        /// <summary>Returns the same record as one whose prediction cannot be written.</summary>
        public Rejected Reject(Rejection rejection) => new(Source, ReceivedAt, Pipeline, rejection, Text) { Key = Key };
    }

    /// <summary>A record whose text is in the queue of its model, or classified; it becomes a prediction.</summary>
    /// <param name="ReadAt">The timestamp of the read.</param>
    internal sealed record Queued(
        LogRecord Source, DateTimeOffset ReceivedAt, PipelineOptions Pipeline, TextReceived Text, PendingText Pending, long ReadAt)
        : InFlightRecord(Source, ReceivedAt)
    {
        public override PipelineOptions Pipeline { get; } = Pipeline;

        public override TextReceived Text { get; } = Text;

        /// <summary>The event time that the producer claims, where it is later than the receipt.</summary>
        public DateTimeOffset? ClaimedTime { get; init; }

        /// <summary>The redacted text to store, where it differs from the text that the model reads.</summary>
        public RedactedText? Redacted { get; init; }

        /// <summary>Returns the same record as one that cannot be classified.</summary>
        public Rejected Reject(Rejection rejection) => new(Source, ReceivedAt, Pipeline, rejection, Text) { Key = Key };
    }
}
