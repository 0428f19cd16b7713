using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Tables;

namespace StreamBert.Monitoring.Windows;

/// <summary>Counts texts in the groups that the fairness rules of a pipeline compare.</summary>
internal sealed class GroupCounter
{
    /// <summary>The number of groups that one window counts for each tracked one.</summary>
    private const int CandidatesPerName = 10;

    private readonly WindowOptions _options;
    private readonly GroupRule[] _rules;

    public GroupCounter(IReadOnlyList<FairnessRule> rules, WindowOptions options, NameTables tables)
    {
        _options = options;
        _rules = [.. rules.Select(rule => new GroupRule(rule, rule.Id(), name => tables.TracksGroup(rule.Id(), name)))];
    }

    /// <summary>Counts a text in its group of each rule.</summary>
    public void Count(WindowCounts window, CountedText text)
    {
        foreach (var rule in _rules)
        {
            if (rule.Rule.Matches(text.Prediction, out var group, out var isSelected))
                Count(window, text, rule, group, isSelected);
        }
    }

    private sealed record GroupRule(FairnessRule Rule, string Id, Func<string, bool> IsTracked);

    private void Count(WindowCounts window, CountedText text, GroupRule rule, string group, bool isSelected)
    {
        if (!window.Groups.TryGetValue(rule.Id, out var groups))
            window.Groups[rule.Id] = groups = [];
        var found = BoundedTable.GetOrAdd(groups, group, _options.MaxGroups * CandidatesPerName, rule.IsTracked, out var evicted);
        window.AddUntracked(TableNames.Groups(rule.Id), (evicted?.Count ?? 0) + (found is null ? 1 : 0));
        if (found is null)
            return;
        found.Add(isSelected, text.Prediction.Heads[rule.Rule.Head].Confidence);
        text.Cells.Add(found.CellOf(rule.Id, group, isSelected, window.Clusters));
    }
}
