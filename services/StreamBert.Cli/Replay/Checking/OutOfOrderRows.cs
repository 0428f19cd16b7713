using StreamBert.Cli.Replay.Requests;

namespace StreamBert.Cli.Replay.Checking;

/// <summary>Measures how far the rows of a file are out of order of their event times.</summary>
internal sealed class OutOfOrderRows
{
    private DateTimeOffset? _latest;
    private long _count;

    /// <summary>The largest time by which a row is earlier than a row before it.</summary>
    public TimeSpan MaxLateness { get; private set; }

    public void Add(DateTimeOffset time)
    {
        if (_latest is { } latest && time < latest)
        {
            _count++;
            MaxLateness = latest - time > MaxLateness ? latest - time : MaxLateness;
            return;
        }
        _latest = time;
    }

    public IEnumerable<string> GetNotices(ReplayOptions options)
    {
        if (_count == 0)
            return [];
        var allowed = options.Pipeline.Monitor.AllowedLateness;
        var finding = $"{_count:N0} rows follow a row with a later time in '{options.TimeColumn}', by up to {MaxLateness}";
        return
        [
            MaxLateness > allowed
                ? $"{finding}: the file is sorted by time before it is replayed."
                : $"{finding}, within Monitor:AllowedLateness ({allowed}): the rows are replayed in file order.",
        ];
    }
}
