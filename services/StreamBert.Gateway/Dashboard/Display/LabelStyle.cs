namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Gives every label a colour, and labels with a known meaning a glyph and a fixed order.</summary>
internal static class LabelStyle
{
    /// <summary>The number of colours of labels without a known meaning: the classes <c>tone-0</c> to <c>tone-7</c>.</summary>
    public const int Colours = 8;

    /// <summary>The order in which sentiment is always shown.</summary>
    private static readonly string[] Sentiment = ["negative", "neutral", "positive"];

    /// <summary>Returns the CSS class of a label: the same for a label wherever it is shown by itself.</summary>
    public static string Class(string label) => Sentiment.Contains(label) ? label : ClassOf(ToneOf(label));

    /// <summary>Returns the CSS classes of labels that are shown together: different ones, while there are enough.</summary>
    /// <param name="labels">The labels, those first that keep the class that they have by themselves.</param>
    public static IReadOnlyDictionary<string, string> Classes(IEnumerable<string> labels)
    {
        var (classes, used) = (new Dictionary<string, string>(), new HashSet<int>());
        foreach (var label in labels)
        {
            if (Sentiment.Contains(label))
            {
                classes[label] = label;
                continue;
            }
            var tone = ToneOf(label);
            while (used.Count < Colours && used.Contains(tone))
                tone = (tone + 1) % Colours;
            used.Add(tone);
            classes[label] = ClassOf(tone);
        }
        return classes;
    }

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

    /// <summary>Hashes the label, so that it has the same colour in every process.</summary>
    private static int ToneOf(string label) =>
        (int)(label.Aggregate(0u, static (hash, character) => unchecked(31 * hash + character)) % Colours);

    private static string ClassOf(int tone) => $"tone-{tone}";
}
