namespace StreamBert.Model.Heads;

/// <summary>A run of words that name one entity.</summary>
/// <param name="End">The word after its last.</param>
public readonly record struct TagSpan(string Type, int Start, int End);

/// <summary>
/// Tags of words in the schemes of named-entity data: IO, IOB1, IOB2 (BIO), and with ends and singles (BIOES, BILOU, BMES).
/// </summary>
public static class Tags
{
    public const string Outside = "O";

    /// <summary>Position of a word in an entity. B, I; E or L: the last; S or U: the only one; M: as I.</summary>
    private const string Prefixes = "BIMELSU";

    /// <summary>
    /// The entities of a sentence, as seqeval reads them in its default mode and conlleval before it: a tag that continues nothing of its
    /// own type
    /// (I-X at the start, after O or after another type) begins an entity. Tags without a prefix name their type and continue it.
    /// </summary>
    public static List<TagSpan> Spans(IReadOnlyList<string> tags)
    {
        var spans = new List<TagSpan>();
        var (open, start) = ((string?)null, 0);
        for (var i = 0; i < tags.Count; i++)
        {
            var (prefix, type) = Split(tags[i]);
            if (open is not null && (type != open || Begins(prefix))) Close(i);
            if (type is null) continue;
            if (open is null) (open, start) = (type, i);
            if (Ends(prefix)) Close(i + 1);
        }

        Close(tags.Count);
        return spans;

        void Close(int end)
        {
            if (open is not null) spans.Add(new TagSpan(open, start, end));
            open = null;
        }
    }

    /// <summary>The same entities in IOB2, the scheme that heads are trained in.</summary>
    public static string[] ToIob2(IReadOnlyList<string> tags)
    {
        var same = Enumerable.Repeat(Outside, tags.Count).ToArray();
        foreach (var span in Spans(tags))
            for (var i = span.Start; i < span.End; i++) same[i] = (i == span.Start ? "B-" : "I-") + span.Type;
        return same;
    }

    /// <summary>The tag of a further word of what the tag begins.</summary>
    public static string Inside(string tag) => tag.StartsWith("B-", StringComparison.Ordinal) ? "I" + tag[1..] : tag;

    /// <summary>The labels of a head for these types in IOB2: O first, then B and I of each type.</summary>
    public static string[] Iob2Labels(IEnumerable<string> types)
        => [Outside, .. types.SelectMany(static type => (string[])["B-" + type, "I-" + type])];

    /// <summary>The type of a tag; null of O.</summary>
    public static string? TypeOf(string tag) => Split(tag).Type;

    /// <summary>Whether a tag is O or a prefix, a hyphen and a type.</summary>
    public static bool IsTag(string tag) => tag == Outside || IsPrefixed(tag);

    private static bool IsPrefixed(string tag) => tag.Length > 2 && tag[1] == '-' && Prefixes.Contains(tag[0]);

    private static (char Prefix, string? Type) Split(string tag) =>
        tag == Outside ? (' ', null) : IsPrefixed(tag) ? (tag[0], tag[2..]) : ('I', tag);

    private static bool Begins(char prefix) => prefix is 'B' or 'S' or 'U';

    private static bool Ends(char prefix) => prefix is 'E' or 'L' or 'S' or 'U';
}
