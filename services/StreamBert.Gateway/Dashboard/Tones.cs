namespace StreamBert.Gateway.Dashboard;

/// <summary>Which labels have a colour and a shape of their own.</summary>
internal static class Tones
{
    /// <summary>The order in which sentiment is always shown.</summary>
    public static readonly IReadOnlyList<string> Sentiment = ["negative", "neutral", "positive"];

    /// <summary>The CSS class of a label; empty for one without a colour.</summary>
    public static string Of(string label) => Sentiment.Contains(label) ? label : "";

    public static string Glyph(string label) => label switch
    {
        "negative" => "▼",
        "neutral" => "■",
        "positive" => "▲",
        _ => "",
    };

    /// <summary>Labels in reading order: sentiment in its own, all others by count.</summary>
    public static IEnumerable<string> InOrder(IEnumerable<KeyValuePair<string, long>> labels) => labels
        .OrderBy(static pair => Sentiment.Contains(pair.Key) ? Sentiment.ToList().IndexOf(pair.Key) : int.MaxValue)
        .ThenByDescending(static pair => pair.Value)
        .Select(static pair => pair.Key);
}
