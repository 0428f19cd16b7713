namespace StreamBert.Contracts;

/// <summary>Identifies a series: a pipeline, one of its heads and a segment.</summary>
/// <param name="Pipeline">The name of the pipeline.</param>
/// <param name="Head">The head.</param>
/// <param name="Segment">
/// <c>all</c>; or a head or attribute and its value, such as <c>topic=Energy | Oil</c>; or <c>entity=ORG:apple</c>, the texts that mention
/// the entity.
/// </param>
public sealed record SeriesKey(string Pipeline, string Head, string Segment)
{
    /// <summary>The segment of all texts.</summary>
    public const string All = "all";

    /// <summary>The head of alerts that are about all heads.</summary>
    public const string AllHeads = "all";

    /// <summary>What precedes the equals sign of the segments of entities.</summary>
    public const string EntityDimension = "entity";

    private const string Entity = EntityDimension + "=";

    /// <summary>Returns the segment of the texts that mention an entity, <c>entity=TYPE:name</c>, for any spelling of the name.</summary>
    public static string OfEntity(string type, string name) => $"{Entity}{type}:{Normalized(name)}";

    /// <summary>Tells whether a segment is that of an entity.</summary>
    public static bool IsEntity(string segment) => segment.StartsWith(Entity, StringComparison.Ordinal);

    /// <summary>Tells whether this is the segment of an entity, given as <c>name</c> or <c>TYPE:name</c> in any spelling.</summary>
    public bool IsAbout(string entity)
    {
        if (!IsEntity(Segment)) return false;
        var (own, wanted) = (Segment[Entity.Length..], Normalized(entity));
        return own.Equals(wanted, StringComparison.OrdinalIgnoreCase) || own[(own.IndexOf(':', StringComparison.Ordinal) + 1)..] == wanted;
    }

    /// <summary>Converts a name to lower case with single spaces and without an English possessive ending.</summary>
    private static string Normalized(string name)
    {
        var words = string.Join(' ', name.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return words.EndsWith("'s", StringComparison.Ordinal) || words.EndsWith("’s", StringComparison.Ordinal) ? words[..^2] : words;
    }
}
