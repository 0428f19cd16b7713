using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Labels;
using static StreamBert.Monitoring.Alerts.Wording.AlertFormat;

namespace StreamBert.Monitoring.Alerts.Wording;

/// <summary>Writes the alerts of label rules.</summary>
internal static class LabelWording
{
    public static AlertWording Of(AlertRule rule, LabelEvidence label) => new()
    {
        Title = $"{(label.IsAbove ? "Surge" : "Drop")} of {label.Rule.Label} texts in {Series(rule.Series)}: {Value(label, label.Value)}, "
            + Usual(label),
        Message = $"{Observed(label)} {Expected(label)} {Evidence(label)}",
        EvidenceKind = label.Statistic switch
        {
            LabelStatistic.Span when label.IsShare => $"p-value, beta-binomial tail of pooled {Stories(label)}",
            LabelStatistic.Span => $"p-value, negative binomial tail of pooled {Stories(label)}",
            LabelStatistic.SlowChange => "p-value, CUSUM against the last good weeks",
            _ => "fixed limit, no test",
        },
        Resolution = label.Texts == 0 ? "The series receives no more texts."
            : $"The {Measure(label)} of {label.Rule.Label} texts is back at {Value(label, label.Value)}; {Usual(label)}.",
    };

    private static string Usual(LabelEvidence label) => label.Statistic == LabelStatistic.Threshold || label.Rule.Threshold is not null
        ? $"the limit is {Value(label, label.Expected)}" : $"usually {Value(label, label.Expected)}";

    private static string Observed(LabelEvidence label)
    {
        var (rule, span) = (label.Rule, Window(label.Window));
        var texts = $"{Number(label.Selected)} of {Number(label.Texts)} texts were {rule.Label} from {span}";
        var interval = label.Interval is not { } range ? ""
            : label.IsShare ? $" ({Interval(range)}, {Number(label.EffectiveClusters)} independent {Stories(label)})"
            : $" (95 % interval {Number(range.Low)} to {Number(range.High)})";
        return $"{texts}{Clusters(label)}: {Value(label, label.Value)}{interval}.";
    }

    /// <summary>States how many pieces of evidence the texts are; nothing if each text is one.</summary>
    private static string Clusters(LabelEvidence label)
    {
        if (!label.GroupsStories && label.SelectedClusters >= label.Selected)
            return "";
        var unit = label.GroupsStories ? "stories" : "subjects";
        return label.IsShare ? $", {Number(label.SelectedClusters)} of {Number(label.Clusters)} {unit}"
            : $", {Number(label.SelectedClusters)} {unit}";
    }

    private static string Expected(LabelEvidence label) => label.Rule.Threshold is { } limit
        ? $"The limit of the rule is {Value(label, limit)}."
        : $"{Value(label, label.Expected)} was to be expected from {BaselineOf(label.BaselineAge)}.";

    private static string Evidence(LabelEvidence label) => label.Statistic switch
    {
        LabelStatistic.Span => $"Without a change this happens by chance in {Probability(label.PValue)} spans of that length.",
        LabelStatistic.SlowChange =>
            $"The change has built up since {label.Window.Start.UtcDateTime:yyyy-MM-dd HH:mm} UTC, compared with the last good weeks; "
            + $"without a change so much builds up in {Probability(label.PValue)} hours.",
        _ => "",
    };

    private static string Measure(LabelEvidence label) => label.IsShare ? "share" : "number";

    private static string Value(LabelEvidence label, double value) => label.IsShare ? Percent(value)
        : label.Rule.Window is { } hopping ? $"{Number(value)} in {Duration(hopping)}" : $"{Number(value)} a window";
}
