namespace StreamBert.Streaming.Log;

/// <summary>
/// Reads as one member of a consumer group. <see cref="ReadAsync"/> may run ahead of <see cref="CommitAsync"/>; batches are committed in
/// the order in which they were read.
/// </summary>
public interface IGroupReader : IAsyncDisposable
{
    /// <summary>
    /// The generation of the assignment, under which batches are read and committed. It changes when partitions of uncommitted batches are
    /// revoked, when any partition of an exclusive reader is revoked, and when a commit fails.
    /// </summary>
    int Generation { get; }

    /// <summary>Raised when partitions are assigned or revoked. Handlers must return quickly.</summary>
    event Action<AssignmentChange>? AssignmentChanged;

    /// <summary>
    /// Waits for records and returns up to <paramref name="maxRecords"/>, in order within each partition. It stops at <paramref
    /// name="maxBytes"/>, but returns at least one record of any size.
    /// </summary>
    Task<ReadBatch> ReadAsync(int maxRecords, CancellationToken cancellation, int maxBytes = LogRecord.MaxReadBytes);

    /// <summary>
    /// Appends the outputs and commits the offsets after the batch in one atomic step. The batch is the oldest uncommitted one, or the
    /// oldest ones joined by <see cref="ReadBatch.Join"/>. A batch without records appends outputs only, if its generation is still
    /// current.
    /// </summary>
    /// <exception cref="BatchRevokedException">
    /// Nothing was written (with at-least-once delivery the outputs may be): the batch belongs to another reader now, or is delivered
    /// again. Drop all uncommitted batches and continue reading.
    /// </exception>
    Task CommitAsync(ReadBatch batch, IReadOnlyList<NewRecord> outputs, CancellationToken cancellation);
}
