using StreamBert.Contracts;

namespace StreamBert.Monitoring.Windows;

/// <summary>Matches fairness rules with texts.</summary>
internal static class FairnessRuleMatching
{
    /// <summary>Whether the text has the attribute and the head of the rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="prediction">The text.</param>
    /// <param name="group">The group of the text: its value of the attribute.</param>
    /// <param name="isSelected">Whether the text was given the label of the rule.</param>
    public static bool Matches(this FairnessRule rule, TextClassified prediction, out string group, out bool isSelected)
    {
        isSelected = prediction.Heads.TryGetValue(rule.Head, out var predicted) && predicted.Label == rule.Label;
        return prediction.Attributes.TryGetValue(rule.Attribute, out group!) && predicted is not null && !string.IsNullOrEmpty(group);
    }
}
