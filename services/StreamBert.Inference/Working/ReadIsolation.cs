using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Working;

/// <summary>
/// Finds the record that makes a whole read fail. After such a failure records are read one at a time until that read is committed, and one
/// that fails twice alone is not processed again but
/// goes to the dead letters. Thread-safe: reads and commits run side by side.
/// </summary>
internal sealed class ReadIsolation
{
    private const int FailuresAlone = 2;

    /// <summary>Reads of one record for each suspect, after which suspects count as another reader's.</summary>
    private const int ReadsPerSuspect = 4;

    private readonly Lock _gate = new();
    private readonly HashSet<LogPosition> _suspects = [];
    private readonly Dictionary<LogPosition, (int Failures, Exception Error)> _alone = [];
    private int _left;

    /// <summary>How many records to read next.</summary>
    public int ReadSize(int usual)
    {
        lock (_gate)
            return _suspects.Count > 0 && _left-- > 0 ? 1 : usual;
    }

    /// <summary>What is wrong with a record that has failed alone; null for any other.</summary>
    public RecordFault? FaultOf(LogPosition position)
    {
        lock (_gate)
        {
            return _alone.TryGetValue(position, out var known) && known.Failures >= FailuresAlone
                ? new(
                    DeadLetterReasons.ProcessingFailed,
                    $"The record failed alone {known.Failures} times: {known.Error.Message}",
                    known.Error) : null;
        }
    }

    /// <summary>A read failed; nothing of it is committed.</summary>
    public void Failed(ReadBatch batch, Exception error)
    {
        lock (_gate)
        {
            if (batch.Records is [var one])
                _alone[one.Position] = (_alone.GetValueOrDefault(one.Position).Failures + 1, error);
            _suspects.UnionWith(batch.Records.Select(static record => record.Position));
            _left = ReadsPerSuspect * _suspects.Count;
        }
    }

    public void Committed(ReadBatch batch)
    {
        lock (_gate)
        {
            if (_suspects.Count == 0)
                return;
            foreach (var record in batch.Records)
            {
                _suspects.Remove(record.Position);
                _alone.Remove(record.Position);
            }
        }
    }
}
