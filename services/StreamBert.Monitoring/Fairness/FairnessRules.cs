using StreamBert.Contracts;

namespace StreamBert.Monitoring.Fairness;

/// <summary>How a rule applies to a text.</summary>
public static class FairnessRules
{
    /// <summary>Names the rule within its pipeline.</summary>
    public static string Key(this FairnessRule rule) => $"{rule.Attribute}/{rule.Head}={rule.Label}";

    /// <summary>Whether the text has the attribute and the head; then its group, and whether it got the label.</summary>
    public static bool Applies(this FairnessRule rule, TextClassified prediction, out string group, out bool selected)
    {
        selected = prediction.Heads.TryGetValue(rule.Head, out var answer) && answer.Label == rule.Label;
        return prediction.Attributes.TryGetValue(rule.Attribute, out group!) && answer is not null && !string.IsNullOrEmpty(group);
    }
}
