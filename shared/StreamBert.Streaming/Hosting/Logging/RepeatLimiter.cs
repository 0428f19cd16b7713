using Microsoft.Extensions.Logging;

namespace StreamBert.Streaming.Hosting.Logging;

/// <summary>The kind of a message: everything but its values.</summary>
internal readonly record struct MessageKind(string Category, LogLevel Level, EventId Event, string Template, Type? Exception);

/// <summary>
/// Decides which log messages are written: the first few of each kind at once, then after growing intervals one line with the number of the
/// others and the latest of them. A kind without messages for an interval is forgotten, so that its next message is written at once.
/// Thread-safe.
/// </summary>
internal sealed class RepeatLimiter(TimeProvider time)
{
    /// <summary>The number of messages of one kind that are written at once.</summary>
    internal const int Burst = 3;

    /// <summary>The interval from the first message of a kind to its first count; each further interval is twice as long.</summary>
    internal static readonly TimeSpan FirstInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<MessageKind, Repeats> _repeats = [];

    /// <summary>Tells whether a message is written now; otherwise it is counted.</summary>
    /// <param name="text">The text of the message, in case it is the latest when the count is written.</param>
    public bool ShouldWrite(MessageKind kind, Func<string> text)
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
            (repeats.Suppressed, repeats.Latest) = (repeats.Suppressed + 1, text());
            return false;
        }
    }

    /// <summary>Takes the counts that are due, one for each kind with suppressed messages.</summary>
    /// <param name="all">Whether counts that are not due yet are taken too, because nothing follows.</param>
    public IReadOnlyList<(MessageKind Kind, string Text)> TakeCounts(bool all = false)
    {
        lock (_gate)
        {
            var counts = new List<(MessageKind, string)>();
            foreach (var (kind, repeats) in _repeats.Where(r => all || time.GetElapsedTime(r.Value.Since) >= r.Value.Interval).ToList())
            {
                if (repeats.Suppressed > 0)
                {
                    counts.Add((kind, $"{repeats.Suppressed} more messages like this in the last "
                        + $"{time.GetElapsedTime(repeats.Since).TotalSeconds:0} s, the latest: {repeats.Latest}"));
                }
                if (repeats.Suppressed == 0)
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
        public long Suppressed { get; set; }
        public string? Latest { get; set; }

        public void Restart(long now, TimeSpan longest)
        {
            (Since, Suppressed, Latest) = (now, 0, null);
            Interval = Interval * 2 < longest ? Interval * 2 : longest;
        }
    }
}
