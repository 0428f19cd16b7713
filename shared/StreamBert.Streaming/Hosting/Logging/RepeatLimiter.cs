using Microsoft.Extensions.Logging;

namespace StreamBert.Streaming.Hosting.Logging;

/// <summary>What makes two messages alike: everything but the values in them.</summary>
internal readonly record struct MessageKind(string Category, LogLevel Level, EventId Event, string Template, Type? Exception);

/// <summary>
/// Decides which log messages are written: of messages of one kind the first few at once, then one line with the number of the others and
/// the latest of them, after a growing interval.
/// A kind that is silent for an interval is forgotten: its next message is written at once. Thread-safe.
/// </summary>
internal sealed class RepeatLimiter(TimeProvider time)
{
    /// <summary>Messages of one kind that are written at once.</summary>
    internal const int Burst = 3;

    /// <summary>From the first message of a kind to its first count; each further interval is twice as long.</summary>
    internal static readonly TimeSpan FirstInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<MessageKind, Repeats> _repeats = [];

    /// <summary>Whether the message is to be written now; else it is counted.</summary>
    /// <param name="text">The message, should it be the latest when the count is written.</param>
    public bool Admits(MessageKind kind, Func<string> text)
    {
        lock (_gate)
        {
            if (!_repeats.TryGetValue(kind, out var repeats))
                _repeats[kind] = repeats = new(time.GetTimestamp());
            if (repeats.Written < Burst)
            {
                repeats.Written++;
                return true;
            }
            (repeats.Held, repeats.Latest) = (repeats.Held + 1, text());
            return false;
        }
    }

    /// <summary>The counts that are due, one for each kind of which messages were held back.</summary>
    /// <param name="all">Those that are not due yet, too: nothing comes after this.</param>
    public IReadOnlyList<(MessageKind Kind, string Text)> Counts(bool all = false)
    {
        lock (_gate)
        {
            var counts = new List<(MessageKind, string)>();
            foreach (var (kind, repeats) in _repeats.Where(r => all || time.GetElapsedTime(r.Value.Since) >= r.Value.Interval).ToList())
            {
                if (repeats.Held > 0)
                    counts.Add((kind, $"{repeats.Held} more messages like this in the last {time.GetElapsedTime(repeats.Since).TotalSeconds:0} s, the latest: {repeats.Latest}"));
                if (repeats.Held == 0)
                    _repeats.Remove(kind);
                else
                    repeats.Restart(time.GetTimestamp(), LongestInterval);
            }
            return counts;
        }
    }

    private sealed class Repeats(long since)
    {
        public long Since { get; private set; } = since;
        public TimeSpan Interval { get; private set; } = FirstInterval;
        public int Written { get; set; }
        public long Held { get; set; }
        public string? Latest { get; set; }

        public void Restart(long now, TimeSpan longest)
        {
            (Since, Held, Latest) = (now, 0, null);
            Interval = Interval * 2 < longest ? Interval * 2 : longest;
        }
    }
}
