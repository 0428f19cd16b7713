using StreamBert.Contracts;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Operations.DeadLetters;

/// <summary>Looks at the dead letters: lists them from an index, and shows one with all it holds from the log.</summary>
public sealed class DeadLetterReader
{
    public const int Capacity = 100_000;
    private const string InFlight = "in-flight";
    private const string Predicted = "predicted";
    private const string DeadLettered = "dead-lettered";

    private readonly IEventLog _log;
    private readonly DeadLetterIndex _index;

    internal DeadLetterReader(IEventLog log, DeadLetterIndex index) => (_log, _index) = (log, index);

    /// <summary>Reads the log once, for a command that works on it alone.</summary>
    public static async Task<DeadLetterReader> OpenAsync(IEventLog log, CancellationToken cancellation) =>
        new(log, await DeadLetterIndex.ReadAsync(log, Capacity, cancellation));

    /// <exception cref="LogUnavailableException">The log cannot be reached.</exception>
    public async Task<DeadLetterPage> ListAsync(DeadLetterFilter filter, int limit, string? cursor, CancellationToken cancellation)
    {
        var page = _index.List(filter, limit, cursor);
        return page with { DeadLetters = await WithOutcomesAsync(page.DeadLetters, cancellation) };
    }

    /// <summary>Null if there is none of that id.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be reached.</exception>
    public async Task<DeadLetterDetails?> FindAsync(string id, CancellationToken cancellation)
    {
        if (DeadLetterId.Parse(id) is not { } position || await _log.FetchAsync(position, cancellation) is not { } record
            || LoggedEvent.Read(record).Event is not DeadLettered letter)
        {
            return null;
        }

        id = DeadLetterId.Of(position); // 0/017 is 0/17
        var item = _index.Find(id) is { } listed
            ? (await WithOutcomesAsync([listed], cancellation))[0]
            : await UnlistedAsync(id, record, cancellation);
        return new(
            item, letter.Timestamp, letter.ErrorType, letter.Stack, BytesView.Of(letter.Key), BytesView.Of(letter.Value),
            letter.Headers.ToDictionary(static header => header.Key, static header => BytesView.Of(header.Value)!));
    }

    /// <summary>
    /// A letter that is too old for the index, or too new: what was done with it is looked up in the log. Of its outcome only a letter that
    /// is listed tells;
    /// others that it may have become are not looked for.
    /// </summary>
    private async Task<DeadLetterItem> UnlistedAsync(string id, LogRecord record, CancellationToken cancellation)
    {
        var alone = new DeadLetterIndex(1);
        alone.Add(record);
        await foreach (var mark in _log.ReadToEndAsync(Topics.DeadLetterState, null, cancellation, settled: true))
        {
            if (DeadLetterMark.Read(mark)?.Letter == id)
                alone.Mark(mark);
        }

        var item = alone.Find(id)!;
        return _index.FailedAgainAs(id) is { } outcome ? item with { OutcomeId = outcome, Outcome = DeadLettered } : item;
    }

    /// <summary>
    /// A replayed record that its group has committed has exactly one outcome: the dead letter that names it as its origin, else a
    /// prediction.
    /// </summary>
    private async Task<IReadOnlyList<DeadLetterItem>> WithOutcomesAsync(IReadOnlyList<DeadLetterItem> items, CancellationToken cancellation)
    {
        var committed = new Dictionary<(string, int), long>();
        foreach (var group in items.Where(static item => item is { ReplayedAs: not null, OutcomeId: null })
            .Select(static item => item.ReplayedAs!.Topic)
            .Distinct()
            .GroupBy(ConsumerGroups.Of))
        {
            foreach (var lag in await _log.LagAsync(group.Key, [.. group], cancellation))
                committed[(lag.Topic, lag.Partition)] = lag.Committed;
        }

        return [.. items.Select(item => item with { Outcome = OutcomeOf(item, committed) })];
    }

    private static string? OutcomeOf(DeadLetterItem item, Dictionary<(string, int), long> committed) => item switch
    {
        { State: not DeadLetterStates.Replayed } => null,
        { OutcomeId: not null } => DeadLettered,
        { ReplayedAs: { } record } => committed.GetValueOrDefault((record.Topic, record.Partition)) > record.Offset ? Predicted : InFlight,
        _ => null,
    };
}
