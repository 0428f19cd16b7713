using StreamBert.Contracts;
using StreamBert.Streaming.Events;

namespace StreamBert.Monitoring.Sessions;

/// <summary>Finds the record with which a batch fails, by bisection: each attempt starts at the last checkpoint.</summary>
internal sealed class FailingRecordFinder(SessionFactory sessions, TimeProvider time)
{
    /// <summary>Returns the batch with its first failing record marked as invalid.</summary>
    /// <param name="records">The batch, which fails.</param>
    /// <param name="failure">The exception with which it failed.</param>
    /// <param name="generation">The generation of the group reader.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<IReadOnlyList<MonitorRecord>> InvalidateAsync(
        IReadOnlyList<MonitorRecord> records, Exception failure, int generation, CancellationToken cancellation)
    {
        var (good, bad) = (0, records.Count);
        while (bad - good > 1)
        {
            var middle = (good + bad) / 2;
            using var session = await sessions.OpenAsync(generation, cancellation);
            (good, bad) = Succeeds(session, records.Take(middle)) ? (middle, bad) : (good, middle);
        }
        var failing = records[bad - 1];
        var origin = (failing as MonitorRecord.PredictionRecord)?.Value.Origin;
        var invalid = failing as MonitorRecord.InvalidRecord ?? new(failing.Record, FaultOf(failure), origin);
        return [.. records.Select(record => ReferenceEquals(record, failing) ? invalid : record)];
    }

    private static RecordFault FaultOf(Exception failure) =>
        new(DeadLetterReasons.ProcessingFailed, $"The monitor cannot process it: {failure.Message}", failure);

    private bool Succeeds(MonitorSession session, IEnumerable<MonitorRecord> records)
    {
        try
        {
            session.Process(records);
            session.PendingRecords(time.GetUtcNow());
            return true;
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            return false;
        }
    }
}
