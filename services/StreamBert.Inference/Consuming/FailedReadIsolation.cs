using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Consuming;

/// <summary>
/// Finds the record that makes a whole read fail. After a failed read, its records are read one at a time until they are committed; a
/// record that fails twice in a read of its own is not processed again and becomes a dead letter. Thread-safe: reads and commits run
/// concurrently.
/// </summary>
internal sealed class FailedReadIsolation
{
    private const int MaxFailures = 2;

    /// <summary>
    /// The number of single-record reads for each suspect, after which the suspects are taken to belong to another reader.
    /// </summary>
    private const int ReadsPerSuspect = 4;

    private readonly Lock _lock = new();
    private readonly HashSet<RecordPosition> _suspects = [];
    private readonly Dictionary<RecordPosition, (int Count, Exception Error)> _failures = [];
    private int _singleReadsLeft;

    /// <summary>Returns the number of records to read next.</summary>
    public int NextReadSize(int configured)
    {
        lock (_lock)
            return _suspects.Count > 0 && _singleReadsLeft-- > 0 ? 1 : configured;
    }

    /// <summary>Returns the fault of a record that must not be processed again; null for every other record.</summary>
    public RecordFault? FaultOf(RecordPosition position)
    {
        lock (_lock)
        {
            return _failures.TryGetValue(position, out var failure) && failure.Count >= MaxFailures
                ? new(
                    DeadLetterReasons.ProcessingFailed,
                    $"The record failed {failure.Count} times in a read of its own: {failure.Error.Message}", failure.Error)
                : null;
        }
    }

    /// <summary>Records that a read failed; none of its records is committed.</summary>
    public void OnFailed(ReadBatch batch, Exception error)
    {
        lock (_lock)
        {
            if (batch.Records is [var single])
                _failures[single.Position] = (_failures.GetValueOrDefault(single.Position).Count + 1, error);
            _suspects.UnionWith(batch.Records.Select(static record => record.Position));
            _singleReadsLeft = ReadsPerSuspect * _suspects.Count;
        }
    }

    public void OnCommitted(ReadBatch batch)
    {
        lock (_lock)
        {
            if (_suspects.Count == 0)
                return;
            foreach (var record in batch.Records)
            {
                _suspects.Remove(record.Position);
                _failures.Remove(record.Position);
            }
        }
    }

    /// <summary>
    /// Runs a step of processing a read. If it fails with an error that one of the records may cause, its records are read one at a time
    /// next, so that the faulty one is found and delays no other.
    /// </summary>
    public async Task<T> RunAsync<T>(ReadBatch batch, Func<Task<T>> step)
    {
        try
        {
            return await step();
        }
        catch (Exception e) when (batch.Records.Count > 0 && RecordErrors.MayBeCausedByRecord(e))
        {
            OnFailed(batch, e);
            throw;
        }
    }
}
