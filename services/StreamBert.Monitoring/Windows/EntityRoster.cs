namespace StreamBert.Monitoring.Windows;

/// <summary>
/// The entities of a pipeline that are counted on their own: those mentioned often enough, at most so many, each for as long as it is mentioned. The others are
/// counted by frequent items (Misra and Gries 1982), whose counts are never too high: memory is bounded, and a rare name gets no series.
/// </summary>
public sealed class EntityRoster
{
    /// <summary>Candidates for each entity that has a place.</summary>
    private const int CandidatesPerPlace = 10;

    /// <summary>Segment → event time of its last mention.</summary>
    public Dictionary<string, DateTimeOffset> Counted { get; set; } = [];

    /// <summary>Segment → mentions, at least.</summary>
    public Dictionary<string, int> Candidates { get; set; } = [];

    /// <summary>Takes a mention.</summary>
    /// <returns>Whether the entity is one of those counted on their own.</returns>
    public bool Counts(string segment, DateTimeOffset mentionedAt, WindowOptions options)
    {
        if (Counted.TryGetValue(segment, out var last))
        {
            Counted[segment] = last > mentionedAt ? last : mentionedAt;
            return true;
        }

        if (Mentions(segment, options.MaxEntities * CandidatesPerPlace) < options.EntityMentions || !HasPlace(mentionedAt, options))
            return false;
        Candidates.Remove(segment);
        Counted[segment] = mentionedAt;
        return true;
    }

    private int Mentions(string segment, int capacity)
    {
        if (Candidates.TryGetValue(segment, out var count))
            return Candidates[segment] = count + 1;
        if (Candidates.Count < capacity)
            return Candidates[segment] = 1;
        foreach (var (other, mentions) in Candidates.ToList())
        {
            if (mentions == 1)
                Candidates.Remove(other);
            else
                Candidates[other] = mentions - 1;
        }
        return 0;
    }

    /// <summary>A free place, or that of the entity that has not been mentioned for longest, if that is long enough ago.</summary>
    private bool HasPlace(DateTimeOffset now, WindowOptions options)
    {
        if (Counted.Count < options.MaxEntities)
            return true;
        var (stalest, last) = Counted.OrderBy(entity => entity.Value).ThenBy(entity => entity.Key, StringComparer.Ordinal).First();
        return now - last >= options.EntityMemory && Counted.Remove(stalest);
    }
}
