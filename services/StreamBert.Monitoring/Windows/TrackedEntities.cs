namespace StreamBert.Monitoring.Windows;

/// <summary>
/// The entities that a pipeline tracks individually: a bounded number of those mentioned often enough, each until it is no longer
/// mentioned. The others are counted by the frequent-items algorithm of Misra and Gries (1982), which never overestimates: memory is
/// bounded, and a rare name never becomes a series.
/// </summary>
internal sealed class TrackedEntities
{
    /// <summary>The number of candidates for each tracked entity.</summary>
    private const int CandidatesPerEntity = 10;

    /// <summary>Segment → event time of the last mention of a tracked entity.</summary>
    public Dictionary<string, DateTimeOffset> LastMentions { get; set; } = [];

    /// <summary>Segment → lower bound of the mentions of an entity that is not tracked.</summary>
    public Dictionary<string, long> Candidates { get; set; } = [];

    public bool Contains(string segment) => LastMentions.ContainsKey(segment);

    /// <summary>Counts the mentions of an entity in a window, and tracks it if it has enough of them and there is capacity.</summary>
    /// <param name="segment">The segment of the entity.</param>
    /// <param name="mentionedAt">The event time of the last mention.</param>
    /// <param name="mentions">The number of mentions in the window.</param>
    /// <param name="options">The limits.</param>
    /// <param name="isOverCapacity">Whether the entity has enough mentions, but there is no capacity for it.</param>
    /// <returns>Whether the entity is tracked.</returns>
    public bool TryTrack(string segment, DateTimeOffset mentionedAt, long mentions, WindowOptions options, out bool isOverCapacity)
    {
        isOverCapacity = false;
        if (LastMentions.TryGetValue(segment, out var last))
        {
            LastMentions[segment] = last > mentionedAt ? last : mentionedAt;
            return true;
        }
        if (CountCandidate(segment, mentions, options.MaxEntities * CandidatesPerEntity) < options.MinimumEntityMentions)
            return false;
        if (!TryMakeRoom(mentionedAt, options))
        {
            isOverCapacity = true;
            return false;
        }
        Candidates.Remove(segment);
        LastMentions[segment] = mentionedAt;
        return true;
    }

    /// <summary>
    /// Returns a lower bound of the candidate's mentions. If there are too many candidates, all of them lose as many mentions as the
    /// smallest has.
    /// </summary>
    private long CountCandidate(string segment, long mentions, int capacity)
    {
        if (Candidates.TryGetValue(segment, out var count))
            return Candidates[segment] = count + mentions;
        if (Candidates.Count < capacity)
            return Candidates[segment] = mentions;
        var smallest = Math.Min(mentions, Candidates.Values.Min());
        foreach (var (other, counted) in Candidates.ToList())
        {
            if (counted == smallest)
                Candidates.Remove(other);
            else
                Candidates[other] = counted - smallest;
        }
        return mentions > smallest ? Candidates[segment] = mentions - smallest : 0;
    }

    /// <summary>Whether there is capacity, or the entity with the oldest mention has exceeded the idle timeout and is removed.</summary>
    private bool TryMakeRoom(DateTimeOffset now, WindowOptions options)
    {
        if (LastMentions.Count < options.MaxEntities)
            return true;
        var (oldest, last) = LastMentions.OrderBy(static entity => entity.Value)
            .ThenBy(static entity => entity.Key, StringComparer.Ordinal).First();
        return now - last >= options.EntityIdleTimeout && LastMentions.Remove(oldest);
    }
}
