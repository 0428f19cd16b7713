using System.Runtime.CompilerServices;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.DeadLetters;

/// <summary>A dead letter with its id.</summary>
internal sealed record SelectedDeadLetter(string Id, DeadLettered Letter);

/// <summary>Reads dead letters and their states from the log.</summary>
internal sealed class DeadLetterSelector(IEventLog log)
{
    /// <summary>Reads the state of each dead letter that was replayed or discarded.</summary>
    public async Task<Dictionary<string, string>> ReadStatesAsync(CancellationToken cancellation)
    {
        var states = new Dictionary<string, string>();
        await foreach (var record in log.ReadToEndAsync(Topics.DeadLetterState, null, cancellation, awaitOpenTransactions: true))
        {
            if (DeadLetterActionRecord.Read(record) is { Action: not DeadLetterActionRecord.Appended } action)
                states[action.Letter] = action.Action;
        }

        return states;
    }

    /// <summary>Reads the dead letters that match a filter.</summary>
    public async IAsyncEnumerable<SelectedDeadLetter> SelectAsync(
        DeadLetterFilter filter, IReadOnlyDictionary<string, string> states, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var record in ReadRecordsAsync(filter, cancellation))
        {
            var id = DeadLetterId.Of(record.Position);
            if (LoggedEvent.Read(record).Event is DeadLettered letter
                && filter.Matches(id, states.GetValueOrDefault(id, DeadLetterStates.Open), IndexedDeadLetter.From(letter)))
            {
                yield return new(id, letter);
            }
        }
    }

    private async IAsyncEnumerable<LogRecord> ReadRecordsAsync(
        DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (filter.Id is { } id)
        {
            if (DeadLetterId.Parse(id) is { } position && await log.FetchAsync(position, cancellation) is { } only)
                yield return only;
            yield break;
        }
        await foreach (var record in log.ReadToEndAsync(Topics.DeadLetter, null, cancellation))
            yield return record;
    }
}
