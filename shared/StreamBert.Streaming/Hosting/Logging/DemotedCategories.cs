namespace StreamBert.Streaming.Hosting.Logging;

/// <summary>
/// Lists categories of libraries whose messages are logged at debug level at most, because anybody who can reach the process can cause
/// them: repeated failed sign-ins must not fill the log. Services add their categories before the host is built.
/// </summary>
public sealed class DemotedCategories
{
    private readonly List<string> _prefixes = [];
    private readonly HashSet<(string, int)> _events = [];

    /// <summary>Demotes all categories with these prefixes.</summary>
    public void Add(params IEnumerable<string> prefixes) => _prefixes.AddRange(prefixes);

    /// <summary>Demotes a single event of a category.</summary>
    public void Add(string category, int eventId) => _events.Add((category, eventId));

    internal bool Contains(string category) => _prefixes.Exists(prefix => category.StartsWith(prefix, StringComparison.Ordinal));

    internal bool Contains(string category, int eventId) => _events.Contains((category, eventId));
}
