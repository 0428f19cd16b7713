using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Progress;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Privacy.Keys;
using StreamBert.Streaming.Privacy.Redaction;
using StreamBert.Streaming.Reading;

namespace StreamBert.Inference.Working;

/// <summary>A record between its read and its commit: rejected, or with its text on the way to the model.</summary>
internal sealed record InFlightRecord(LogRecord Record, PipelineOptions? Pipeline, long ReadAt)
{
    public Rejection? Rejection { get; init; }

    /// <summary>When the log received it, or when it was read where the log does not know.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The event time its producer claims, where that lies after its receipt.</summary>
    public DateTimeOffset? ClaimedTime { get; init; }

    /// <summary>As the model reads it.</summary>
    public TextReceived? Text { get; init; }

    /// <summary>What of the text may be stored, where that is not what the model reads.</summary>
    public RedactedText? Stored { get; init; }

    /// <summary>
    /// Seals what becomes of the text: the key it came under, else its subject's; null in a pipeline that does not seal, and without a
    /// subject.
    /// </summary>
    public SubjectKey? Key { get; init; }
    public PendingText? Pending { get; init; }
}

/// <summary>
/// The records of one read, which are committed together. Disposed, it is over: what is not classified yet need not be, and its room is
/// free.
/// </summary>
internal sealed class InFlightBatch(
    ReadBatch batch,
    IReadOnlyList<InFlightRecord> records,
    CancellationTokenSource dropped,
    InFlightRoom? room) : IDisposable
{
    public ReadBatch Batch => batch;
    public IReadOnlyList<InFlightRecord> Records => records;

    /// <summary>Where the input partitions ended after the read; null where nobody reports progress.</summary>
    public Task<EndOffsetsAt?>? Ends { get; set; }

    /// <summary>A batch without records, for the progress of inputs that are silent.</summary>
    public static InFlightBatch OfSilence(int generation, Task<EndOffsetsAt?> ends)
        => new(new(generation, []), [], new(), null) { Ends = ends };

    public void Dispose()
    {
        dropped.Cancel();
        dropped.Dispose();
        room?.Dispose();
    }
}
