using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.DeadLetters;

/// <summary>Restores the original records of dead letters.</summary>
internal sealed class ReplaySource(IEventLog log)
{
    private readonly Dictionary<string, bool> _topicExists = [];

    /// <summary>Completes a dead letter whose bytes were left out for privacy or for their size from the original record.</summary>
    /// <returns>Null if the record cannot be replayed: its topic or the original no longer exists, or only services write to the
    /// topic.</returns>
    public async Task<SelectedDeadLetter?> CompleteAsync(SelectedDeadLetter selected, CancellationToken cancellation)
    {
        var origin = selected.Letter.Origin;
        // A service's own output would be as unreadable as before, and a forged dead letter must not write in the name of a service.
        if (Topics.IsInternal(origin.Topic) || !await TopicExistsAsync(origin.Topic, cancellation))
            return null;
        return IsComplete(selected.Letter) ? selected : await RestoreAsync(selected, cancellation);
    }

    /// <summary>Creates the record to append: the original with the header <see cref="RecordHeaders.ReplayOf"/>.</summary>
    public static NewRecord CreateRecord(SelectedDeadLetter selected)
    {
        var letter = selected.Letter;
        return new(letter.Origin.Topic, letter.Key, letter.Value, letter.Timestamp)
        {
            Headers = new Dictionary<string, byte[]>(letter.Headers)
            {
                [RecordHeaders.ReplayOf] = Encoding.UTF8.GetBytes(DeadLetterId.ToHeader(selected.Id)),
            },
            Partition = letter.Key is null ? letter.Origin.Partition : null,
        };
    }

    /// <summary>A sealed value is never redacted, but the headers and the key beside it may be.</summary>
    private static bool IsComplete(DeadLettered letter) =>
        letter is not ({ Value: null, Redacted: true } or { Omitted: true })
        && !(letter.Redacted == true && letter.Headers.ContainsKey(RecordHeaders.Sealed));

    private async Task<SelectedDeadLetter?> RestoreAsync(SelectedDeadLetter selected, CancellationToken cancellation)
    {
        var letter = selected.Letter;
        var original = await log.FetchAsync(new(letter.Origin.Topic, letter.Origin.Partition, letter.Origin.Offset), cancellation);
        if (original is null || (original.Value is null && letter.Omitted is null))
            return letter is { Omitted: null, Value: not null } ? selected : null;
        return selected with { Letter = letter with { Key = original.Key, Value = original.Value, Headers = original.Headers } };
    }

    private async Task<bool> TopicExistsAsync(string topic, CancellationToken cancellation)
    {
        if (!_topicExists.TryGetValue(topic, out var exists))
            _topicExists[topic] = exists = (await log.DescribeAsync([topic], cancellation)).Count > 0;
        return exists;
    }
}
