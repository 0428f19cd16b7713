using StreamBert.Monitoring.Tables;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// The entities that a pipeline tracks individually: a bounded number of the most frequently mentioned ones
/// (<see cref="FrequencyEviction"/>). The others are counted by the frequent-items algorithm of Misra and Gries (1982), which never
/// overestimates, until they have enough mentions to be considered: memory is bounded, and a rare name never becomes a series.
/// </summary>
internal sealed class TrackedEntities
{
    /// <summary>The number of candidates for each tracked entity.</summary>
    private const int CandidatesPerEntity = 10;

    /// <summary>Segment → decayed count of the mentions of a tracked entity.</summary>
    public Dictionary<string, double> Uses { get; set; } = [];

    /// <summary>Segment → lower bound of the mentions of an entity that is not tracked.</summary>
    public Dictionary<string, long> Candidates { get; set; } = [];

    /// <summary>Counts the mentions of a window, and decides which entities are tracked.</summary>
    /// <param name="table">The name of the table.</param>
    /// <param name="used">Segment → mentions of an entity in the window, in the order of the names.</param>
    /// <param name="options">The limits.</param>
    /// <param name="untracked">The mentions that were not even counted by entity, because the window had too many.</param>
    public TableUpdate Update(string table, IEnumerable<KeyValuePair<string, long>> used, WindowOptions options, long untracked)
    {
        var capacity = options.MaxEntities * CandidatesPerEntity;
        List<KeyValuePair<string, long>> considered = [];
        foreach (var use in used)
        {
            if (Uses.ContainsKey(use.Key) || CountCandidate(use.Key, use.Value, capacity) >= options.MinimumEntityMentions)
                considered.Add(use);
        }
        var update = FrequencyEviction.Update(table, Uses, considered, options.MaxEntities, untracked);
        foreach (var added in update.Added)
            Candidates.Remove(added);
        return update;
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
}
