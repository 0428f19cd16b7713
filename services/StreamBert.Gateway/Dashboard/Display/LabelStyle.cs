namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Gives labels with a known meaning a colour, a glyph and a fixed order.</summary>
internal static class LabelStyle
{
    /// <summary>The order in which sentiment is always shown.</summary>
    private static readonly string[] Sentiment = ["negative", "neutral", "positive"];

    /// <summary>Returns the CSS class of a label; empty for a label without a colour.</summary>
    public static string Class(string label) => Sentiment.Contains(label) ? label : "";

    public static string Glyph(string label) => label switch
    {
        "negative" => "▼",
        "neutral" => "■",
        "positive" => "▲",
        _ => "",
    };

    /// <summary>Sorts labels for display: sentiment in its fixed order, then all others by count.</summary>
    public static IEnumerable<string> Sort(IEnumerable<KeyValuePair<string, long>> counts) => counts
        .OrderBy(static pair => Array.IndexOf(Sentiment, pair.Key) is >= 0 and var rank ? rank : int.MaxValue)
        .ThenByDescending(static pair => pair.Value)
        .Select(static pair => pair.Key);
}
