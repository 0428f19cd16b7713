namespace StreamBert.Contracts;

/// <summary>A half-open interval of event time.</summary>
public sealed record TimeWindow(DateTimeOffset Start, DateTimeOffset End);

/// <summary>What is counted together: a pipeline, one of its heads and a segment of it.</summary>
/// <param name="Segment"><c>all</c>, or <c>topic=Energy | Oil</c>: a head or attribute and its value; or <c>entity=ORG:apple</c>: the texts
/// that mention it.</param>
public sealed record SeriesKey(string Pipeline, string Head, string Segment)
{
    public const string All = "all";
    private const string Entity = "entity=";

    /// <summary>The segment of the texts that mention an entity, however they write it: <c>entity=TYPE:name</c>.</summary>
    public static string OfEntity(string type, string name) => $"{Entity}{type}:{Normalized(name)}";

    public static bool IsEntity(string segment) => segment.StartsWith(Entity, StringComparison.Ordinal);

    /// <summary>Whether this is the segment of an entity, given as <c>name</c> or <c>TYPE:name</c> in any spelling.</summary>
    public bool IsAbout(string entity)
    {
        if (!IsEntity(Segment)) return false;
        var (own, wanted) = (Segment[Entity.Length..], Normalized(entity));
        return own.Equals(wanted, StringComparison.OrdinalIgnoreCase) || own[(own.IndexOf(':', StringComparison.Ordinal) + 1)..] == wanted;
    }

    /// <summary>Lower case, one space between words, without an English possessive's ending.</summary>
    private static string Normalized(string name)
    {
        var words = string.Join(' ', name.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return words.EndsWith("'s", StringComparison.Ordinal) || words.EndsWith("’s", StringComparison.Ordinal) ? words[..^2] : words;
    }
}

/// <summary>The counts of one event-time window of one series. A later revision of a window replaces the earlier.</summary>
public sealed record TrendUpdated
{
    public required SeriesKey Series { get; init; }
    public required TimeWindow Window { get; init; }
    public required long Count { get; init; }
    public required IReadOnlyDictionary<string, long> Labels { get; init; }
    public required double MeanConfidence { get; init; }

    /// <summary>Records that came after the window had closed and are counted in this revision.</summary>
    public long Late { get; init; }

    /// <summary>0 at the first close; one more with every correction.</summary>
    public int Revision { get; init; }
}

/// <summary>
/// How a pipeline's event time stands: its watermark, the texts that came late, and the clocks that are ahead. Counts since the monitor's
/// first checkpoint.
/// </summary>
public sealed record EventTimeUpdated
{
    public required string Pipeline { get; init; }

    /// <summary>Windows that end up to here are closed; null before the first text.</summary>
    public DateTimeOffset? Watermark { get; init; }

    /// <summary>Texts counted, the late ones included.</summary>
    public required long Texts { get; init; }

    /// <summary>Late texts that were counted in a new revision of their window.</summary>
    public required long Late { get; init; }

    /// <summary>Late texts whose window could not be revised any more: they are in no trend.</summary>
    public required long TooLate { get; init; }

    /// <summary>The setting <c>Monitor:AllowedLateness</c> in force.</summary>
    public required TimeSpan AllowedLateness { get; init; }

    /// <summary>
    /// The least of the usual settings of <c>Monitor:AllowedLateness</c> under which 99 % of the late texts would have been in time; null
    /// without late texts.
    /// </summary>
    public TimeSpan? SufficientLateness { get; init; }

    /// <summary>
    /// Uses of values that found no place in the monitor's tables (<c>Monitoring:Windows:Max…</c>): texts of further groups, segments,
    /// entities and labels. They count in the totals, and are not watched
    /// by themselves.
    /// </summary>
    public long Untracked { get; init; }

    /// <summary>Source → texts whose event time was later than their receipt, and was therefore set to it.</summary>
    public IReadOnlyDictionary<string, long> ClockSkew
    {
        get; init
        => field = value ?? new Dictionary<string, long>();
    } = new Dictionary<string, long>();
}
