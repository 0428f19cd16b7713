using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// The entities of a pipeline that are counted on their own: those mentioned often enough, at most so many, each for as long as it is
/// mentioned. The others are
/// counted by frequent items (Misra and Gries 1982), whose counts are never too high: memory is bounded, and a rare name gets no series.
/// </summary>
public sealed class EntityRoster
{
    /// <summary>Candidates for each entity that has a place.</summary>
    private const int CandidatesPerPlace = 10;

    /// <summary>Segment → event time of its last mention.</summary>
    public Dictionary<string, DateTimeOffset> Counted { get; set; } = [];

    /// <summary>
    /// Names that were mentioned often enough and found no place, since it was last emptied, with their mentions in the window.
    /// </summary>
    [JsonIgnore]
    public Dictionary<string, long> Refused { get; } = [];

    /// <summary>Segment → mentions, at least.</summary>
    public Dictionary<string, long> Candidates { get; set; } = [];

    /// <summary>Takes the mentions of a window.</summary>
    /// <returns>Whether the entity is one of those counted on their own.</returns>
    public bool Counts(string segment, DateTimeOffset mentionedAt, long mentions, WindowOptions options)
    {
        if (Counted.TryGetValue(segment, out var last))
        {
            Counted[segment] = last > mentionedAt ? last : mentionedAt;
            return true;
        }

        if (Mentions(segment, mentions, options.MaxEntities * CandidatesPerPlace) < options.EntityMentions)
            return false;
        if (!HasPlace(mentionedAt, options))
        {
            Refused[segment] = mentions;
            return false;
        }
        Candidates.Remove(segment);
        Counted[segment] = mentionedAt;
        return true;
    }

    /// <summary>The candidate's mentions, at least. Without a place for one more, all lose as many as the least of them has.</summary>
    private long Mentions(string segment, long mentions, int capacity)
    {
        if (Candidates.TryGetValue(segment, out var count))
            return Candidates[segment] = count + mentions;
        if (Candidates.Count < capacity)
            return Candidates[segment] = mentions;
        var least = Math.Min(mentions, Candidates.Values.Min());
        foreach (var (other, counted) in Candidates.ToList())
        {
            if (counted == least)
                Candidates.Remove(other);
            else
                Candidates[other] = counted - least;
        }
        return mentions > least ? Candidates[segment] = mentions - least : 0;
    }

    /// <summary>A free place, or that of the entity that has not been mentioned for longest, if that is long enough ago.</summary>
    private bool HasPlace(DateTimeOffset now, WindowOptions options)
    {
        if (Counted.Count < options.MaxEntities)
            return true;
        var (stalest, last) = Counted.OrderBy(static entity => entity.Value).ThenBy(static entity => entity.Key, StringComparer.Ordinal).First();
        return now - last >= options.EntityMemory && Counted.Remove(stalest);
    }
}
