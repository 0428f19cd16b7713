using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Operations.DeadLetters;

/// <summary>
/// Replays and discards dead letters. One act at a time in a process: two people who act on one letter at once do it once. The records, the
/// marks that
/// say what was done, and the entry in the audit log are one append as a whole; only Kafka with at-least-once delivery may take a part of
/// it, so that a replay
/// that breaks off there may be done twice. A discarded letter stays where it is.
/// </summary>
public sealed class DeadLetterActs(IEventLog log, TimeProvider time) : IDisposable
{
    private const int MaxBatch = 100;
    private const int MaxBatchBytes = 8 * 1024 * 1024;
    private readonly SemaphoreSlim _acting = new(1, 1);

    /// <summary>
    /// Appends the original records again, with bytes, key and headers as they were and <see cref="RecordHeaders.ReplayOf"/> added.
    /// </summary>
    /// <param name="again">Also those that have been replayed or discarded before.</param>
    /// <exception cref="LogUnavailableException">The log cannot be written; what was done before stands.</exception>
    public Task<DeadLetterActed> ReplayAsync(DeadLetterFilter filter, string actor, bool again, CancellationToken cancellation) =>
        ActAsync(new(filter, actor, again, DeadLetterStates.Replayed, AuditActions.DeadLetterReplayed), cancellation);

    /// <summary>Marks letters as done with: nobody will replay them.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be written; what was done before stands.</exception>
    public Task<DeadLetterActed> DiscardAsync(DeadLetterFilter filter, string actor, CancellationToken cancellation) =>
        ActAsync(new(filter, actor, false, DeadLetterStates.Discarded, AuditActions.DeadLetterDiscarded), cancellation);

    public void Dispose() => _acting.Dispose();

    private sealed record Act(DeadLetterFilter Filter, string Actor, bool Again, string State, string Action);

    private sealed record Chosen(string Id, DeadLettered Letter);

    private async Task<DeadLetterActed> ActAsync(Act act, CancellationToken cancellation)
    {
        await _acting.WaitAsync(cancellation);
        try
        {
            return await ActAloneAsync(act, cancellation);
        }
        finally
        {
            _acting.Release();
        }
    }

    private async Task<DeadLetterActed> ActAloneAsync(Act act, CancellationToken cancellation)
    {
        var states = await StatesAsync(cancellation);
        var topics = new Dictionary<string, bool>();
        var (batch, bytes, done, before, homeless) = (new List<Chosen>(), 0L, 0, 0, 0);
        await foreach (var chosen in LettersAsync(act.Filter, states, cancellation))
        {
            if (!act.Again && states.ContainsKey(chosen.Id))
            {
                before++;
            }
            else if ((act.State == DeadLetterStates.Replayed
                ? await ReplayableAsync(chosen, topics, cancellation)
                : chosen) is not { } able)
            {
                homeless++;
            }
            else
            {
                batch.Add(able);
                bytes += able.Letter.Value?.Length ?? 0;
            }
            if (batch.Count < MaxBatch && bytes < MaxBatchBytes)
                continue;
            done += await AppendAsync(act, batch, cancellation);
            (batch, bytes) = ([], 0);
        }
        return new(done + await AppendAsync(act, batch, cancellation), before, homeless);
    }

    /// <summary>A letter with what it withholds for privacy or for its size, from where the original stands.</summary>
    /// <param name="topics">Which topics are there, as far as that was asked.</param>
    /// <returns>Null if its topic is gone, or that original, or if only services write there.</returns>
    private async Task<Chosen?> ReplayableAsync(Chosen chosen, Dictionary<string, bool> topics, CancellationToken cancellation)
    {
        var (letter, origin) = (chosen.Letter, chosen.Letter.Origin);
        if (Topics.IsInternal(origin.Topic))
            return null; // a service's own output that could not be read: appended again it would be as unreadable, and a forged letter must not speak for a service
        if (!topics.TryGetValue(origin.Topic, out var stands))
            topics[origin.Topic] = stands = (await log.DescribeAsync([origin.Topic], cancellation)).Count > 0;
        if (!stands)
            return null;
        // What is sealed was not redacted, but headers and key may have been.
        if (letter is not ({ Value: null, Redacted: true } or { Omitted: true })
            && !(letter.Redacted == true && letter.Headers.ContainsKey(RecordHeaders.Sealed)))
        {
            return chosen;
        }

        if (await log.FetchAsync(new(origin.Topic, origin.Partition, origin.Offset), cancellation) is not { } original
            || (original.Value is null && letter.Omitted is null))
        {
            return letter is { Omitted: null, Value: not null } ? chosen : null;
        }

        return chosen with { Letter = letter with { Key = original.Key, Value = original.Value, Headers = original.Headers } };
    }

    private async Task<int> AppendAsync(Act act, List<Chosen> batch, CancellationToken cancellation)
    {
        if (batch.Count == 0)
            return 0;
        var now = time.GetUtcNow();
        var originals = act.State == DeadLetterStates.Replayed ? batch.Select(Original).ToList() : [];
        var marks = batch.Select(chosen => new DeadLetterMark(chosen.Id, act.State, now, act.Actor).ToRecord());
        var positions = await log.AppendAsync(
            [.. originals, .. marks, AuditTrail.Record(Entry(act, batch, now))],
            cancellation,
            whole: true);
        // Where they came to stand is known only now. Should this be lost, the act itself is not: the list then shows no place.
        if (originals.Count > 0)
        {
            await log.AppendAsync([.. batch.Zip(positions, (chosen, at) => new DeadLetterMark(
                chosen.Id,
                DeadLetterMark.Placed,
                now,
                act.Actor,
                new(at.Topic, at.Partition, at.Offset)).ToRecord())], cancellation);
        }

        return batch.Count;
    }

    private static AuditEntry Entry(Act act, List<Chosen> batch, DateTimeOffset now) => new()
    {
        At = now,
        Actor = act.Actor,
        Action = act.Action,
        Target = DeadLetterId.Header(batch[0].Id),
        Details = new Dictionary<string, string>(
            act.Filter.Given().Select(static given => KeyValuePair.Create($"filter.{given.Key}", given.Value)))
        {
            ["count"] = batch.Count.ToString(CultureInfo.InvariantCulture),
            ["letters"] = string.Join(' ', batch.Select(static chosen => chosen.Id)),
        },
    };

    private async IAsyncEnumerable<Chosen> LettersAsync(
        DeadLetterFilter filter, Dictionary<string, string> states, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var record in RecordsAsync(filter, cancellation))
        {
            var id = DeadLetterId.Of(record.Position);
            if (LoggedEvent.Read(record).Event is DeadLettered letter
                && filter.Matches(id, states.GetValueOrDefault(id, DeadLetterStates.Open), DeadLetterFacts.Of(letter)))
            {
                yield return new(id, letter);
            }
        }
    }

    private async IAsyncEnumerable<LogRecord> RecordsAsync(DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (filter.Id is { } id)
        {
            if (DeadLetterId.Parse(id) is { } position && await log.FetchAsync(position, cancellation) is { } one)
                yield return one;
            yield break;
        }
        await foreach (var record in log.ReadToEndAsync(Topics.DeadLetter, null, cancellation))
            yield return record;
    }

    /// <summary>What was done last with each letter that something was done with, as the log says now.</summary>
    private async Task<Dictionary<string, string>> StatesAsync(CancellationToken cancellation)
    {
        var states = new Dictionary<string, string>();
        await foreach (var record in log.ReadToEndAsync(Topics.DeadLetterState, null, cancellation, settled: true))
        {
            if (DeadLetterMark.Read(record) is { Act: not DeadLetterMark.Placed } mark)
                states[mark.Letter] = mark.Act;
        }

        return states;
    }

    private static NewRecord Original(
        Chosen chosen) => new(chosen.Letter.Origin.Topic, chosen.Letter.Key, chosen.Letter.Value, chosen.Letter.Timestamp)
        {
            Headers = new Dictionary<string, byte[]>(chosen.Letter.Headers)
            {
                [RecordHeaders.ReplayOf] = Encoding.UTF8.GetBytes(DeadLetterId.Header(chosen.Id))
            },
            Partition = chosen.Letter.Key is null ? chosen.Letter.Origin.Partition : null,
        };
}
