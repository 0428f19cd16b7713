using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Tables;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// Decides, at the close of a window, which segments, entities, labels and groups the pipeline tracks individually, so that the decision
/// does not depend on the order of the texts. Texts of the others remain counted in <c>all</c>.
/// </summary>
internal sealed class NameTracker(PipelineOptions pipeline, WindowOptions options, NameTables tables)
{
    /// <summary>The decayed count of one text after 33 windows.</summary>
    private const double HardlyUsed = 0.1;

    /// <summary>Updates the tables with a window that closes, and removes the series that are not tracked.</summary>
    public TrackedNames Complete(WindowCounts window)
    {
        List<TableOverflow> overflows =
            [.. UpdateSegments(window), .. UpdateLabels(window), .. UpdateEntities(window), .. UpdateGroups(window)];
        tables.UntrackedUses += overflows.Sum(static overflow => overflow.Uses)
            + window.Untracked.GetValueOrDefault(WindowCounter.UnknownHeads)
            + window.Untracked.GetValueOrDefault(WindowCounter.ExcessVersions);
        return new(tables.Segments.Keys.ToHashSet(), tables.Groups.ToDictionary(static rule => rule.Key, GroupsOf), overflows);
    }

    private static IReadOnlySet<string> GroupsOf(KeyValuePair<string, GroupTable> rule) => rule.Value.Uses.Keys.ToHashSet();

    private IEnumerable<TableOverflow> UpdateSegments(WindowCounts window)
    {
        if (pipeline.FirstDimension(SegmentKind.Head) is null)
            yield break;
        var used = new Dictionary<string, long>();
        foreach (var (segment, counts) in window.Series.Values.SelectMany(static segments => segments))
        {
            if (segment != SeriesKey.All)
                used[segment] = Math.Max(used.GetValueOrDefault(segment), counts.Count);
        }
        var untracked = window.Untracked.GetValueOrDefault(TableNames.Segments);
        yield return FrequencyEviction.Update(TableNames.Segments, tables.Segments, used, options.MaxSegments, untracked).Overflow;
        foreach (var segments in window.Series.Values)
        {
            foreach (var segment in used.Keys.Where(segment => !tables.Segments.ContainsKey(segment)))
                segments.Remove(segment);
        }
    }

    private IEnumerable<TableOverflow> UpdateLabels(WindowCounts window)
    {
        foreach (var (head, segments) in window.Series.OrderedByKey())
        {
            if (!segments.TryGetValue(SeriesKey.All, out var all))
                continue;
            if (!tables.Labels.TryGetValue(head, out var labels))
                tables.Labels[head] = labels = [];
            var table = TableNames.Labels(head);
            var used = all.Labels.Where(static label => label.Key != WindowCounter.OtherLabels);
            var untracked = window.Untracked.GetValueOrDefault(table);
            yield return FrequencyEviction.Update(table, labels, used, options.MaxLabels, untracked).Overflow;
        }
    }

    private IEnumerable<TableOverflow> UpdateEntities(WindowCounts window)
    {
        var (names, uses) = (0L, window.Untracked.GetValueOrDefault(TableNames.Entities));
        names += uses > 0 ? 1 : 0;
        foreach (var (segment, counts) in window.Mentions.OrderedByKey())
        {
            if (tables.Entities.TryTrack(segment, counts.LastMention, counts.Series.Count, options, out var isOverCapacity))
                window.SegmentsOf(counts.Head)[segment] = counts.Series;
            if (isOverCapacity)
                (names, uses) = (names + 1, uses + counts.Series.Count);
        }
        window.Mentions = [];
        if (pipeline.FirstDimension(SegmentKind.Entity) is not null)
            yield return new(TableNames.Entities, options.MaxEntities, names, uses);
    }

    private IEnumerable<TableOverflow> UpdateGroups(WindowCounts window)
    {
        foreach (var rule in pipeline.Monitor.Rules.Fairness)
            yield return UpdateGroups(rule, window);
    }

    /// <summary>
    /// Tracks the most frequently used groups. A group that never had enough texts to be compared is removed as soon as it is hardly used:
    /// it would only raise the evidence that the other groups need.
    /// </summary>
    private TableOverflow UpdateGroups(FairnessRule rule, WindowCounts window)
    {
        var (id, table) = (rule.Id(), TableNames.Groups(rule.Id()));
        var counts = window.Groups.GetValueOrDefault(id) ?? [];
        if (!tables.Groups.TryGetValue(id, out var groups))
            tables.Groups[id] = groups = new();
        var used = counts.Select(static group => KeyValuePair.Create(group.Key, group.Value.Count));
        var update = FrequencyEviction.Update(table, groups.Uses, used, options.MaxGroups, window.Untracked.GetValueOrDefault(table));
        foreach (var evicted in update.Evicted)
            groups.Texts.Remove(evicted);
        foreach (var (group, use) in groups.Uses.ToList())
        {
            var texts = groups.Texts.GetValueOrDefault(group) + (counts.GetValueOrDefault(group)?.Count ?? 0);
            groups.Texts[group] = texts;
            if (use < HardlyUsed && texts < rule.MinimumCount)
                _ = groups.Uses.Remove(group) && groups.Texts.Remove(group);
        }
        return update.Overflow;
    }
}
