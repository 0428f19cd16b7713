using StreamBert.Contracts;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.DeadLetters;

/// <summary>Lists dead letters from an index and reads single ones from the log.</summary>
public sealed class DeadLetterReader
{
    /// <summary>The maximum number of dead letters in the list.</summary>
    public const int Capacity = 100_000;

    private const string InFlight = "in-flight";
    private const string Predicted = "predicted";
    private const string DeadLettered = "dead-lettered";

    private readonly IEventLog _log;
    private readonly DeadLetterIndex _index;

    internal DeadLetterReader(IEventLog log, DeadLetterIndex index) => (_log, _index) = (log, index);

    /// <summary>Creates a reader from all dead letters that are in the log now.</summary>
    /// <param name="log">The log.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    public static async Task<DeadLetterReader> OpenAsync(IEventLog log, CancellationToken cancellation) =>
        new(log, await DeadLetterIndex.ReadAsync(log, Capacity, cancellation));

    /// <summary>Lists one page of dead letters, the latest first.</summary>
    /// <param name="filter">Selects the dead letters.</param>
    /// <param name="limit">The maximum number of dead letters of the page.</param>
    /// <param name="cursor">The cursor of the page before; null for the first page.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    /// <exception cref="LogUnavailableException">The log cannot be reached.</exception>
    public async Task<DeadLetterPage> ListAsync(DeadLetterFilter filter, int limit, string? cursor, CancellationToken cancellation)
    {
        var page = _index.List(filter, limit, cursor);
        return page with { DeadLetters = await AddOutcomesAsync(page.DeadLetters, cancellation) };
    }

    /// <summary>Reads a dead letter with its bytes and headers; null if none has this id.</summary>
    /// <param name="id">The position of the dead letter, <c>partition/offset</c>.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    /// <exception cref="LogUnavailableException">The log cannot be reached.</exception>
    public async Task<DeadLetterDetails?> FindAsync(string id, CancellationToken cancellation)
    {
        if (DeadLetterId.Parse(id) is not { } position || await _log.FetchAsync(position, cancellation) is not { } record
            || LoggedEvent.Read(record).Event is not DeadLettered letter)
        {
            return null;
        }
        id = DeadLetterId.Of(position); // "0/017" becomes "0/17"
        var item = _index.Find(id) is { } listed
            ? (await AddOutcomesAsync([listed], cancellation))[0]
            : await CreateUnlistedItemAsync(id, record, cancellation);
        return new(
            item, letter.Timestamp, letter.ErrorType, letter.Stack, BytesView.From(letter.Key), BytesView.From(letter.Value),
            letter.Headers.ToDictionary(static header => header.Key, static header => BytesView.From(header.Value)!));
    }

    /// <summary>
    /// Reads the state of a dead letter that the index does not hold from the log. Its outcome is known only if that is an indexed dead
    /// letter.
    /// </summary>
    private async Task<DeadLetterItem> CreateUnlistedItemAsync(string id, LogRecord record, CancellationToken cancellation)
    {
        var index = new DeadLetterIndex(1);
        index.Add(record);
        await foreach (var action in _log.ReadToEndAsync(Topics.DeadLetterState, null, cancellation, awaitOpenTransactions: true))
        {
            if (DeadLetterActionRecord.Read(action)?.Letter == id)
                index.AddAction(action);
        }

        var item = index.Find(id)!;
        return _index.FindFailedReplay(id) is { } outcome ? item with { OutcomeId = outcome, Outcome = DeadLettered } : item;
    }

    /// <summary>
    /// Adds the outcomes of replayed records. A committed record has exactly one: the dead letter that names it as its origin, or else a
    /// prediction.
    /// </summary>
    private async Task<IReadOnlyList<DeadLetterItem>> AddOutcomesAsync(IReadOnlyList<DeadLetterItem> items, CancellationToken cancellation)
    {
        var topics = items.Where(static item => item.OutcomeId is null).Select(static item => item.ReplayedAs?.Topic).OfType<string>()
            .Distinct();
        var committed = new Dictionary<(string, int), long>();
        foreach (var group in topics.GroupBy(ConsumerGroups.ForTopic))
        {
            foreach (var lag in await _log.LagAsync(group.Key, [.. group], cancellation))
                committed[(lag.Topic, lag.Partition)] = lag.Committed;
        }

        return [.. items.Select(item => item with { Outcome = GetOutcome(item, committed) })];
    }

    private static string? GetOutcome(DeadLetterItem item, Dictionary<(string, int), long> committed) => item switch
    {
        { State: not DeadLetterStates.Replayed } => null,
        { OutcomeId: not null } => DeadLettered,
        { ReplayedAs: { } record } => committed.GetValueOrDefault((record.Topic, record.Partition)) > record.Offset ? Predicted : InFlight,
        _ => null,
    };
}
