using System.Runtime.CompilerServices;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.DeadLetters;

/// <summary>A dead letter as it is listed: without the text it holds.</summary>
/// <param name="Id">Where it stands in <c>dead-letter</c>: <c>partition/offset</c>.</param>
/// <param name="Bytes">Size of the original value.</param>
/// <param name="Replayed">Whether it has been replayed.</param>
public sealed record DeadLetterItem(
    string Id, RecordOrigin Origin, string? Pipeline, string Reason, string Detail, DateTimeOffset FailedAt, int Bytes, bool Replayed);

/// <summary>Which dead letters: those that match everything that is given. Nothing given: all.</summary>
/// <param name="Id">The letter's own place, <c>partition/offset</c>.</param>
/// <param name="Origin">Where the record that failed stood: <c>topic/partition/offset</c>.</param>
/// <param name="Reason">The reason's code, such as <c>not-json</c>.</param>
public sealed record DeadLetterFilter(string? Id = null, string? Origin = null, string? Reason = null)
{
    internal bool Matches(string id, DeadLettered letter) =>
        (Id is null || Id == id)
        && (Origin is null || Origin == $"{letter.Origin.Topic}/{letter.Origin.Partition}/{letter.Origin.Offset}")
        && (Reason is null || Reason == letter.Reason);

    /// <summary>Names single letters: these are replayed again even if they were before.</summary>
    internal bool IsPrecise => Id is not null || Origin is not null;
}

/// <param name="Replayed">Letters whose original records were appended again.</param>
/// <param name="Before">Matching letters that had been replayed before and were left alone.</param>
public sealed record DeadLetterReplay(int Replayed, int Before);

/// <summary>The dead letters in the log. A replay appends the original record again and a mark in the same step.</summary>
public sealed class DeadLetterBox(IEventLog log, TimeProvider time)
{
    private const int Batch = 100;
    private const string MarkPrefix = Topics.DeadLetter + "/";

    /// <summary>The letters that match, the latest first.</summary>
    public async Task<IReadOnlyList<DeadLetterItem>> ListAsync(DeadLetterFilter filter, int limit, CancellationToken cancellation)
    {
        var replayed = await ReplayedAsync(cancellation);
        var latest = new PriorityQueue<DeadLetterItem, DateTimeOffset>();
        await foreach (var (id, letter) in LettersAsync(filter, cancellation))
        {
            latest.Enqueue(
                new(id, letter.Origin, letter.Pipeline, letter.Reason, letter.Detail, letter.FailedAt, letter.Value?.Length ?? 0, replayed.Contains(id)),
                letter.FailedAt);
            if (latest.Count > limit)
                latest.Dequeue();
        }
        return [.. latest.UnorderedItems.OrderByDescending(static item => item.Priority).Select(static item => item.Element)];
    }

    /// <summary>Appends the original records again, with bytes, key and headers as they were and <see cref="RecordHeaders.ReplayOf"/> added.</summary>
    public async Task<DeadLetterReplay> ReplayAsync(DeadLetterFilter filter, CancellationToken cancellation)
    {
        var replayed = await ReplayedAsync(cancellation);
        var batch = new List<NewRecord>();
        var (count, before) = (0, 0);
        await foreach (var (id, letter) in LettersAsync(filter, cancellation))
        {
            if (!filter.IsPrecise && replayed.Contains(id))
            {
                before++;
                continue;
            }
            batch.AddRange([Original(id, letter), Mark(id)]);
            count++;
            if (batch.Count >= Batch)
                batch = await AppendAsync(batch, cancellation);
        }
        await AppendAsync(batch, cancellation);
        return new(count, before);
    }

    private async Task<List<NewRecord>> AppendAsync(List<NewRecord> batch, CancellationToken cancellation)
    {
        if (batch.Count > 0)
            await log.AppendAsync(batch, cancellation);
        return [];
    }

    private async IAsyncEnumerable<(string Id, DeadLettered Letter)> LettersAsync(
        DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var record in log.ReadToEndAsync(Topics.DeadLetter, null, cancellation))
        {
            var id = $"{record.Position.Partition}/{record.Position.Offset}";
            if (LoggedEvent.Read(record).Event is DeadLettered letter && filter.Matches(id, letter))
                yield return (id, letter);
        }
    }

    /// <summary>The marks stand in <see cref="Topics.ReplayState"/>, keyed by the letter's place.</summary>
    private async Task<HashSet<string>> ReplayedAsync(CancellationToken cancellation)
    {
        var ids = new HashSet<string>();
        await foreach (var record in log.ReadToEndAsync(Topics.ReplayState, null, cancellation))
            if (record.Key is { } key && Encoding.UTF8.GetString(key) is var mark && mark.StartsWith(MarkPrefix, StringComparison.Ordinal))
                ids.Add(mark[MarkPrefix.Length..]);
        return ids;
    }

    private static NewRecord Original(string id, DeadLettered letter) =>
        new(letter.Origin.Topic, letter.Key, letter.Value, letter.Timestamp)
        {
            Headers = new Dictionary<string, byte[]>(letter.Headers) { [RecordHeaders.ReplayOf] = Encoding.UTF8.GetBytes(MarkPrefix + id) },
            Partition = letter.Key is null ? letter.Origin.Partition : null,
        };

    private NewRecord Mark(string id) => new(Topics.ReplayState, Encoding.UTF8.GetBytes(MarkPrefix + id), null, time.GetUtcNow());
}
