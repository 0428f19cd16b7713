using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Writes the comparison of two versions.</summary>
internal static class ComparisonTables
{
    private const int ShownChanges = 10;

    public static void Write(ModelVersionView first, ModelVersionView second)
    {
        WriteLabels(first, second);
        var comparison = ModelVersionComparison.Of(first, second);
        WriteReports(comparison);
        if (comparison.Changes is { } changes)
        {
            WriteChanges(changes, comparison);
            return;
        }
        Terminal.Out.WriteLine(comparison.OnSameTexts ? "What would change on the newest texts was not measured."
            : $"{second.Version} was not trained from {first.Version}: the evaluations are on the texts of different runs.");
    }

    private static void WriteLabels(ModelVersionView first, ModelVersionView second)
    {
        foreach (var (head, labels) in second.Trained?.Labels ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            if (first.Trained?.Labels?.GetValueOrDefault(head) is { } before && !before.SequenceEqual(labels))
                Terminal.Out.WriteLine($"{head}: labels {string.Join(", ", before)} → {string.Join(", ", labels)}");
        }
    }

    private static void WriteReports(ModelVersionComparison comparison)
    {
        var (first, second) = (comparison.From, comparison.To);
        var table = Terminal.CreateTable(
            null, "head", "data", $"#accuracy {first}", $"#{second}", $"#macro-F1 {first}", $"#{second}", $"#calibration error {first}",
            $"#{second}");
        foreach (var (before, after) in comparison.Reports)
        {
            table.AddCells(
                after.Head, after.Data, Metric(before.Accuracy), Metric(after.Accuracy), Metric(before.Macro.F1), Metric(after.Macro.F1),
                Metric(before.CalibrationError), Metric(after.CalibrationError));
        }
        Terminal.Write(table);
    }

    private static void WriteChanges(AnswerChanges changes, ModelVersionComparison comparison)
    {
        Terminal.Out.WriteLine(
            $"{comparison.To} gives another label on some head to {Format.Count(changes.Changed)} of {Format.Count(changes.Texts)} texts "
            + $"that were classified from {changes.OldestAt:u} to {changes.NewestAt:u}:");
        var table = Terminal.CreateTable(null, "head", "from", "to", "#texts");
        foreach (var head in changes.Heads)
        {
            foreach (var change in head.Changes.Take(ShownChanges))
                table.AddCells(head.Head, change.From, change.To, Format.Count(change.Count));
            if (head.Changes.Skip(ShownChanges).Sum(static change => change.Count) is > 0 and var others)
                table.AddCells(head.Head, "others", "", Format.Count(others));
        }
        Terminal.Write(table);
        foreach (var example in changes.Examples)
        {
            Terminal.Out.WriteLine(
                $"{example.Head}: {example.From} → {example.To} ({Format.Number(example.Confidence, "0.00")}) "
                + $"{example.Text ?? $"text {example.Id} is not readable here"}");
        }
    }

    private static string Metric(double value) => Format.Number(value, "0.000");
}
