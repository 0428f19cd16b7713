namespace StreamBert.Model.Entities;

/// <summary>
/// The tags of words in the schemes of named-entity data: IO, IOB1, IOB2 (BIO), and those with end and single tags (BIOES, BILOU, BMES).
/// </summary>
internal static class EntityTags
{
    public const string Outside = "O";

    /// <summary>The position of a word in its entity: B begin; I and M inside; E and L end; S and U single.</summary>
    private const string Prefixes = "BIMELSU";

    /// <summary>
    /// Decodes the entities of a sentence as seqeval's default mode and conlleval do: a tag that continues no entity of its type (I-X at
    /// the start, after O or after another type) begins one. A tag without a prefix is a type and continues an entity of it.
    /// </summary>
    public static List<EntitySpan> Decode(IReadOnlyList<string> tags)
    {
        var spans = new List<EntitySpan>();
        var (open, start) = ((string?)null, 0);
        for (var i = 0; i < tags.Count; i++)
        {
            var (prefix, type) = Split(tags[i]);
            if (open is not null && (type != open || IsBegin(prefix))) Close(i);
            if (type is null) continue;
            if (open is null) (open, start) = (type, i);
            if (IsEnd(prefix)) Close(i + 1);
        }

        Close(tags.Count);
        return spans;

        void Close(int end)
        {
            if (open is not null) spans.Add(new EntitySpan(open, start, end));
            open = null;
        }
    }

    /// <summary>Converts tags to IOB2, the scheme that heads are trained in.</summary>
    public static string[] ToIob2(IReadOnlyList<string> tags)
    {
        var converted = Enumerable.Repeat(Outside, tags.Count).ToArray();
        foreach (var span in Decode(tags))
        {
            for (var i = span.Start; i < span.End; i++) converted[i] = (i == span.Start ? "B-" : "I-") + span.Type;
        }

        return converted;
    }

    /// <summary>Returns the tag of a further word of the entity that a tag begins.</summary>
    public static string ToInside(string tag) => tag.StartsWith("B-", StringComparison.Ordinal) ? "I" + tag[1..] : tag;

    /// <summary>Returns the labels of a head for entity types in IOB2: O, then B and I of each type.</summary>
    public static string[] CreateIob2Labels(IEnumerable<string> types) =>
        [Outside, .. types.SelectMany(static type => (string[])["B-" + type, "I-" + type])];

    /// <returns>The entity type of a tag; null for O.</returns>
    public static string? GetType(string tag) => Split(tag).Type;

    /// <summary>Determines whether a text is O, or a prefix, a hyphen and a type.</summary>
    public static bool IsTag(string text) => text == Outside || IsPrefixed(text);

    private static bool IsPrefixed(string tag) => tag.Length > 2 && tag[1] == '-' && Prefixes.Contains(tag[0]);

    private static (char Prefix, string? Type) Split(string tag) =>
        tag == Outside ? (' ', null) : IsPrefixed(tag) ? (tag[0], tag[2..]) : ('I', tag);

    private static bool IsBegin(char prefix) => prefix is 'B' or 'S' or 'U';

    private static bool IsEnd(char prefix) => prefix is 'E' or 'L' or 'S' or 'U';
}
