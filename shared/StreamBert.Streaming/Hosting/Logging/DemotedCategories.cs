namespace StreamBert.Streaming.Hosting.Logging;

/// <summary>
/// The categories of libraries whose messages are written at debug level at most, because whoever can reach the process can cause them: to
/// keep failing to sign in
/// must not fill the log. Services add theirs before the host is built.
/// </summary>
public sealed class DemotedCategories
{
    private readonly List<string> _prefixes = [];
    private readonly HashSet<(string, int)> _events = [];

    public void Add(params IEnumerable<string> prefixes) => _prefixes.AddRange(prefixes);

    /// <summary>One event only, of a category that has others which must be seen.</summary>
    public void Add(string category, int eventId) => _events.Add((category, eventId));

    internal bool Contains(string category) => _prefixes.Exists(prefix => category.StartsWith(prefix, StringComparison.Ordinal));

    internal bool Contains(string category, int eventId) => _events.Contains((category, eventId));
}
