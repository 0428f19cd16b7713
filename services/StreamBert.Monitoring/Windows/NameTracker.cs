using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Tables;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// Decides, at the close of a window, which segments, labels and groups the pipeline tracks individually, so that the decision does not
/// depend on the order of the texts. Texts of the other segments count together.
/// </summary>
internal sealed class NameTracker(PipelineOptions pipeline, WindowOptions options, NameTables tables)
{
    /// <summary>The decayed count of one text after 33 windows.</summary>
    private const double HardlyUsed = 0.1;

    private readonly SegmentTracker[] _dimensions =
        [.. pipeline.Dimensions.Select(dimension => new SegmentTracker(new(dimension), options, tables))];

    /// <summary>Updates the tables with a window that closes, and makes series of the segments that are tracked.</summary>
    public TrackedNames Complete(WindowCounts window)
    {
        List<TableOverflow> overflows =
            [.. _dimensions.Select(dimension => dimension.Complete(window)), .. UpdateLabels(window), .. UpdateGroups(window)];
        tables.UntrackedUses += overflows.Sum(static overflow => overflow.Uses)
            + window.Untracked.GetValueOrDefault(WindowCounter.UnknownHeads)
            + window.Untracked.GetValueOrDefault(WindowCounter.ExcessVersions);
        var segments = _dimensions.SelectMany(static dimension => dimension.Tracked.Append(dimension.Other)).ToHashSet();
        return new(segments, tables.Groups.ToDictionary(static rule => rule.Key, GroupsOf), overflows);
    }

    private static IReadOnlySet<string> GroupsOf(KeyValuePair<string, GroupTable> rule) => rule.Value.Uses.Keys.ToHashSet();

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
