namespace StreamBert.Contracts;

/// <summary>Names a dimension that divides a pipeline into segments.</summary>
/// <param name="Kind">What the segments are values of.</param>
/// <param name="Name">The head or the attribute; <c>source</c> for the source.</param>
public sealed record SegmentDimension(SegmentKind Kind, string Name)
{
    private const string SourceName = "source";

    /// <summary>The text after which the name of each kind follows, or the whole text of <see cref="SegmentKind.Source"/>.</summary>
    private static readonly (SegmentKind Kind, string Prefix)[] Prefixes =
        [(SegmentKind.Head, "head:"), (SegmentKind.Entity, "entity:"), (SegmentKind.Attribute, "attribute:")];

    /// <summary>The value of the segment that counts the texts beyond the segments that are tracked individually.</summary>
    public const string OtherValue = "(other)";

    /// <summary>Reads <c>head:NAME</c>, <c>entity:NAME</c>, <c>attribute:NAME</c> or <c>source</c>; null for anything else.</summary>
    public static SegmentDimension? TryParse(string text)
    {
        if (text == SourceName)
            return new(SegmentKind.Source, SourceName);
        foreach (var (kind, prefix) in Prefixes)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal) && text.Length > prefix.Length)
                return new(kind, text[prefix.Length..]);
        }
        return null;
    }

    /// <summary>
    /// What precedes the equals sign of the segments: the name; for entities of any head, <see cref="SeriesKey.EntityDimension"/>.
    /// </summary>
    public string Key => Kind == SegmentKind.Entity ? SeriesKey.EntityDimension : Name;

    /// <summary>
    /// Returns the segment of a value, such as <c>topic=Energy</c>; <see cref="SeriesKey"/> makes the values of entities.
    /// </summary>
    public string SegmentOf(string value) => $"{Key}={value}";
}

/// <summary>Lists what segments can be values of.</summary>
public enum SegmentKind
{
    /// <summary>The labels of a head.</summary>
    Head,

    /// <summary>The entities that an entity head finds.</summary>
    Entity,

    /// <summary>The values of an attribute.</summary>
    Attribute,

    /// <summary>The sources of the texts.</summary>
    Source,
}
