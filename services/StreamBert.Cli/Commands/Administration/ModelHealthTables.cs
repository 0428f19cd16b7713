using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Endpoints;

namespace StreamBert.Cli.Commands.Administration;

/// <summary>Prints the accuracy and the fairness rules in <c>status</c>.</summary>
internal static class ModelHealthTables
{
    /// <summary>Writes the accuracy of all texts of each head.</summary>
    public static void WriteAccuracy(IReadOnlyList<AccuracyReported> accuracy)
    {
        if (accuracy.Count == 0)
            return;
        var table = Terminal.CreateTable(
            "Accuracy, last 24 hours",
            "pipeline", "head", "#texts", "#estimated", "#labelled sample", "#other feedback", "#last good week");
        foreach (var report in accuracy.OrderBy(static report => report.Series.ToString(), StringComparer.Ordinal))
        {
            table.AddCells(
                report.Series.Pipeline,
                report.Series.Head,
                Format.Count(report.Day.Texts),
                report.Day is { Accuracy: { } estimate, Interval: { } interval } ? Share(estimate, interval) : "",
                Labelled(report.Sample),
                Labelled(report.OtherFeedback),
                report.Reference is { } reference ? Format.Number(reference, "0.0 %") : "not yet");
        }
        Terminal.Write(table);
        if (accuracy.All(static report => report.Sample is null))
            Terminal.Out.WriteLine("No text of the random sample is labelled; GET /v1/labelling-sample offers it.");
    }

    /// <summary>Writes the state of the fairness rules.</summary>
    public static void WriteFairness(IReadOnlyList<FairnessReported> rules)
    {
        if (rules.Count == 0)
            return;
        var table = Terminal.CreateTable("Fairness", "pipeline", "rule", "state", "#largest difference", "insufficient data");
        foreach (var report in rules.OrderBy(static report => $"{report.Pipeline}/{report.Rule}", StringComparer.Ordinal))
        {
            var parity = report.Measures.FirstOrDefault(static measure => measure.Name == FairnessMeasure.DemographicParityDifference);
            table.AddCells(
                report.Pipeline,
                report.Rule,
                report.State,
                parity is { Value: { } difference, Interval: { } interval } ? Share(difference, interval) : "",
                string.Join(", ", report.Groups.Where(static group => !group.Sufficient).Select(static group => group.Group)));
        }
        Terminal.Write(table);
    }

    /// <summary>Writes what the rules of a pipeline watch, and when they were last changed at run time.</summary>
    public static void WriteRules(RulesView view)
    {
        var (rules, budget) = (view.Rules, view.Rules.Budget);
        var changed = view.Changes is [.., var last]
            ? $"changed {Format.Time(last.ChangedAt)}, effective from {Format.Time(last.EffectiveFrom)}" : "as configured";
        Terminal.Out.WriteLine(
            $"Rules of {view.Pipeline} ({changed}): {Format.Number(budget.FalseAlarms, "0.##")} false alarms per "
            + $"{Format.Number(budget.Per.TotalDays, "0.##")} days and kind, {LabelRules(view)}, "
            + $"{rules.Fairness.Count} fairness rules, segments {(rules.Segments.Count > 0 ? string.Join(", ", rules.Segments) : "none")}, "
            + $"1 in {rules.Accuracy.SampleEvery} texts offered for labelling.");
    }

    private static string LabelRules(RulesView view) =>
        view.Rules.Labels.Count == 0 && view.LabelRules is [var rule] ? $"the default label rule ({rule.Id()})"
        : $"{view.LabelRules.Count} label rule{(view.LabelRules.Count == 1 ? "" : "s")}";

    private static string Labelled(LabelledAccuracy? labelled) => labelled is null ? "no labels"
        : $"{Share(labelled.Accuracy, labelled.Interval)} of {Format.Count(labelled.Labels)}";

    private static string Share(double value, Interval interval) =>
        $"{Format.Number(value, "0.0 %")} ({Format.Number(interval.Low, "0.0 %")}–{Format.Number(interval.High, "0.0 %")})";
}
