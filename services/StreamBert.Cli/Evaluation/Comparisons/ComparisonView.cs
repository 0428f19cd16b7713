using StreamBert.Cli.Output;
using StreamBert.Contracts;

namespace StreamBert.Cli.Evaluation.Comparisons;

/// <summary>Prints the comparison of two models, with its conclusion in words.</summary>
internal static class ComparisonView
{
    private const double Significance = 0.05;

    public static void Write(ModelComparison comparison)
    {
        var (a, b, difference, intervals) =
            (comparison.FirstScores, comparison.SecondScores, comparison.Difference, comparison.Intervals);
        var (data, count) = (comparison.First.Report.Data, Format.Count(comparison.First.Units.Count));
        var table = Terminal.CreateTable(
            $"{comparison.First.Head.Name} on {data}, {count} {Unit(comparison)}s",
            "", $"#A: {comparison.First.Version}", $"#B: {comparison.Second.Version}", "#B − A", "95 % (paired bootstrap)");
        AddRow("accuracy", a.Accuracy, b.Accuracy, difference.Accuracy, intervals.Accuracy);
        if (comparison.First.HasEntities)
            AddRow("micro-F1", a.MicroF1, b.MicroF1, difference.MicroF1, intervals.MicroF1);
        AddRow("macro-F1", a.MacroF1, b.MacroF1, difference.MacroF1, intervals.MacroF1);
        Terminal.Write(table);
        Terminal.Out.WriteLine(DescribeTest(comparison));
        Terminal.Out.WriteLine(Conclude(comparison));

        void AddRow(string name, double first, double second, double difference, Interval interval) => table.AddCells(
            name, Format.Number(first, "F3"), Format.Number(second, "F3"), Signed(difference),
            $"{Signed(interval.Low)} to {Signed(interval.High)}");
    }

    /// <summary>States whether the accuracy and the macro-F1 differ beyond chance.</summary>
    internal static string Conclude(ModelComparison comparison)
    {
        var interval = comparison.Intervals.MacroF1;
        return $"{ConcludeAccuracy(comparison)} "
            + (interval.Low > 0 || interval.High < 0
                ? $"The macro-F1 of {(comparison.Difference.MacroF1 > 0 ? "B" : "A")} is higher."
                : "No difference in macro-F1 is shown.");
    }

    private static string ConcludeAccuracy(ModelComparison comparison)
    {
        var correct = comparison.First.HasEntities ? "tags more sentences without an error" : "is more accurate";
        if (comparison.Test.PValue < Significance)
            return $"{(comparison.Test.OnlySecond > comparison.Test.OnlyFirst ? "B" : "A")} {correct}.";
        var interval = comparison.Intervals.Accuracy;
        var detectable = Format.Number(100 * (interval.High - interval.Low) / 2, "0.0");
        return $"No difference in accuracy is shown; on these {Unit(comparison)}s, one of less than about {detectable} percentage points "
            + "cannot be distinguished from chance.";
    }

    private static string DescribeTest(ModelComparison comparison)
    {
        var (test, unit) = (comparison.Test, Unit(comparison));
        return $"Only A is correct on {Format.Count(test.OnlyFirst)} {unit}s, only B on {Format.Count(test.OnlySecond)}: "
            + $"exact McNemar p = {Format.Number(test.PValue, test.PValue < 0.001 ? "0.0e+0" : "0.000")}.";
    }

    private static string Unit(ModelComparison comparison) => comparison.First.HasEntities ? "sentence" : "text";

    private static string Signed(double value) => Format.Number(value, "+0.000;-0.000;0.000");
}
