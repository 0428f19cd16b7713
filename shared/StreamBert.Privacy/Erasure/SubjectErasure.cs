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

/// <summary>Erases a subject by deleting its key, and proves what that made unreadable by reading the whole log.</summary>
/// <param name="store">The state store, where it is to be looked at, too.</param>
public sealed class SubjectErasure(IEventLog log, PipelineCatalog pipelines, SubjectKeys keys, TimeProvider time, StateStore? store = null)
{
    private const int MostExamples = 20;

    /// <summary>
    /// Deletes the key, then records that in the audit log with the number of keys deleted in all, then looks for what is left. Where it
    /// breaks off, call it
    /// again: the next entry counts what the missing one would have.
    /// </summary>
    /// <param name="actor">Who erases, for the audit log.</param>
    public async Task<ErasureProof> EraseAsync(string subject, string actor, CancellationToken cancellation)
    {
        var digest = keys.Digest(subject);
        keys.Erase(subject, time.GetUtcNow());
        await log.AppendAsync([AuditTrail.Record(new()
        {
            At = time.GetUtcNow(),
            Actor = actor,
            Action = AuditActions.SubjectErased,
            Target = digest,
            Details = new Dictionary<string, string> {
                ["keysDeleted"] = keys.FindErased(digest).Keys.Count.ToString(CultureInfo.InvariantCulture) },
        })], cancellation);
        return await ProveAsync(digest, cancellation);
    }

    /// <summary>Looks at every record of the log, and at the state store, for texts of the subject behind a digest.</summary>
    public async Task<ErasureProof> ProveAsync(string digest, CancellationToken cancellation)
    {
        var scan = new SubjectScan(pipelines, keys, digest);
        var places = new List<PlaceProof>();
        var read = 0L;
        var topics = (await log.DescribeAsync(null, cancellation)).Select(static partition => partition.Topic).Distinct();
        foreach (var topic in topics.OrderBy(SubjectScan.Order).ThenBy(static topic => topic, StringComparer.Ordinal))
        {
            var tally = new Tally();
            await foreach (var record in log.ReadToEndAsync(topic, null, cancellation))
            {
                read++;
                tally.Add(scan.Of(record), () => $"{topic}/{record.Position.Partition}/{record.Position.Offset}");
            }
            places.Add(tally.Of(topic));
        }
        var looked = await LookAsync(scan, places, cancellation);
        var (deleted, at) = keys.FindErased(digest);
        return new(
            digest,
            deleted.Count,
            at,
            time.GetUtcNow(),
            read,
            looked,
            [.. places.Where(static place => place.Records > 0 || place.NotJudged > 0)]);
    }

    /// <returns>False if there is no state store to look at, or it does not answer.</returns>
    private async Task<bool> LookAsync(SubjectScan scan, List<PlaceProof> places, CancellationToken cancellation)
    {
        if (store is null)
            return false;
        try
        {
            var tally = new Tally();
            await foreach (var prediction in PagesAsync(
                after => store.ListPredictionsAsync(new(Limit: int.MaxValue) { After = after }, cancellation)))
            {
                tally.Add(scan.Of(prediction), () => $"prediction {prediction.Id}");
            }

            await foreach (var alert in PagesAsync(after => store.ListAlertsAsync(openOnly: false, int.MaxValue, cancellation, after)))
                tally.Add(scan.Of(alert.Raised), () => $"alert {alert.Raised.Id}");
            places.Add(tally.Of("state store"));
            return true;
        }
        catch (StateUnavailableException)
        {
            return false;
        }
    }

    /// <summary>The items of all pages.</summary>
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

    private sealed class Tally
    {
        private readonly Dictionary<Holding, long> _counts = [];
        private readonly List<string> _examples = [];

        public void Add(Holding holding, Func<string> where)
        {
            _counts[holding] = this[holding] + 1;
            if (holding == Holding.Readable && _examples.Count < MostExamples)
                _examples.Add(where());
        }

        public PlaceProof Of(string place) => new(
            place, this[Holding.Erased] + this[Holding.Since] + this[Holding.NoText] + this[Holding.KeyNotHere] + this[Holding.Readable],
            this[Holding.Erased], this[Holding.Since], this[Holding.NoText], this[Holding.KeyNotHere], this[Holding.Readable], this[
                Holding.NotJudged], _examples);

        private long this[Holding holding] => _counts.GetValueOrDefault(holding);
    }
}
