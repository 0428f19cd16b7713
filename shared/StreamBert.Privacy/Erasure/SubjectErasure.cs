using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Privacy.Erasure;

/// <summary>Erases a subject by deleting its key, and proves by reading the whole log what that made unreadable.</summary>
/// <param name="log">The event log.</param>
/// <param name="pipelines">The pipelines, whose field mappings tell the subject of a record.</param>
/// <param name="keys">The keys of the subjects.</param>
/// <param name="time">The clock of audit entries and proofs.</param>
/// <param name="store">The state store; null if it is not scanned.</param>
public sealed class SubjectErasure(IEventLog log, PipelineCatalog pipelines, SubjectKeys keys, TimeProvider time, StateStore? store = null)
{
    private const string StateStorePlace = "state store";

    /// <summary>
    /// Deletes the key, appends an audit entry with the number of all keys deleted, and scans for what is left. If it fails, call it again:
    /// the next audit entry includes what the missing one would have counted.
    /// </summary>
    /// <param name="subject">The subject.</param>
    /// <param name="actor">Who erases, for the audit log.</param>
    /// <param name="cancellation">Cancels the erasure.</param>
    public async Task<ErasureProof> EraseAsync(string subject, string actor, CancellationToken cancellation)
    {
        var digest = keys.Digest(subject);
        keys.Erase(subject, time.GetUtcNow());
        var deleted = keys.FindErased(digest).Keys.Count.ToString(CultureInfo.InvariantCulture);
        var entry = new AuditEntry
        {
            At = time.GetUtcNow(),
            Actor = actor,
            Action = AuditActions.SubjectErased,
            Target = digest,
            Details = new Dictionary<string, string> { ["keysDeleted"] = deleted },
        };
        await log.AppendAsync([AuditTrail.Record(entry)], cancellation);
        return await ProveAsync(digest, cancellation);
    }

    /// <summary>Scans every record of the log, and the state store, for texts of the subject with a digest.</summary>
    public async Task<ErasureProof> ProveAsync(string digest, CancellationToken cancellation)
    {
        var scanner = new SubjectScanner(pipelines, keys, digest);
        var places = new List<PlaceProof>();
        var recordsRead = 0L;
        var topics = (await log.DescribeAsync(null, cancellation)).Select(static partition => partition.Topic).Distinct();
        foreach (var topic in topics.OrderBy(SubjectScanner.Order).ThenBy(static topic => topic, StringComparer.Ordinal))
        {
            var tally = new ContentTally();
            await foreach (var record in log.ReadToEndAsync(topic, null, cancellation))
            {
                recordsRead++;
                tally.Add(scanner.Examine(record), () => record.Position.ToString());
            }
            places.Add(tally.ToProof(topic));
        }
        var isStoreScanned = await ScanStoreAsync(scanner, places, cancellation);
        var (deleted, at) = keys.FindErased(digest);
        return new(
            digest, deleted.Count, at, time.GetUtcNow(), recordsRead, isStoreScanned,
            [.. places.Where(static place => place.Records > 0 || place.NotJudged > 0)]);
    }

    /// <returns>False if there is no state store to scan, or it does not answer.</returns>
    private async Task<bool> ScanStoreAsync(SubjectScanner scanner, List<PlaceProof> places, CancellationToken cancellation)
    {
        if (store is null)
            return false;
        try
        {
            var tally = new ContentTally();
            await foreach (var prediction in PagesAsync(
                after => store.ListPredictionsAsync(new(Limit: int.MaxValue) { After = after }, cancellation)))
            {
                tally.Add(scanner.Examine(prediction), () => $"prediction {prediction.Id}");
            }
            await foreach (var alert in PagesAsync(after => store.ListAlertsAsync(AlertFilter.All, int.MaxValue, cancellation, after)))
                tally.Add(scanner.Examine(alert.Raised), () => $"alert {alert.Raised.Id}");
            places.Add(tally.ToProof(StateStorePlace));
            return true;
        }
        catch (StateUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Enumerates the items of all pages.</summary>
    private static async IAsyncEnumerable<T> PagesAsync<T>(Func<StateCursor?, Task<StatePage<T>>> read)
    {
        var after = (StateCursor?)null;
        do
        {
            var page = await read(after);
            foreach (var item in page)
                yield return item;
            after = page.Next;
        }
        while (after is not null);
    }
}
