using StreamBert.Cli.Output;

namespace StreamBert.Cli.Evaluation.Slices;

/// <summary>Prints the scores by the values of a column.</summary>
internal static class SliceView
{
    private const int MaxShown = 30;
    private const double Significance = 0.05;

    public static void Write(ColumnSlices slices, bool isGroup)
    {
        var table = Terminal.CreateTable(
            $"by {slices.Column}", slices.Column, "#texts", "#accuracy", "95 % (Wilson)", "#macro-F1", "95 % (bootstrap)");
        foreach (var slice in slices.Slices.Take(MaxShown))
        {
            table.AddCells(
                slice.Value, Format.Count(slice.Count), Format.Score(slice.Scores.Accuracy), Format.Range(slice.Accuracy),
                Format.Score(slice.Scores.MacroF1), Format.Range(slice.MacroF1));
        }
        if (slices.Slices.Count > MaxShown)
            table.AddCaption($"the {MaxShown} largest of {Format.Count(slices.Slices.Count)} values; --json prints all");
        Terminal.Write(table);
        if (isGroup)
            Terminal.Out.WriteLine(Describe(slices));
    }

    internal static string Describe(ColumnSlices slices) => Describe(slices.Gap) + (slices.Gap is null ? "" : DescribeExcluded(slices));

    /// <summary>Describes the gap between groups.</summary>
    public static string Describe(GroupGap? gap)
    {
        if (gap is null)
            return $"Fairness gap: not computed; at least two groups need {GroupGap.MinTexts} texts.";
        var conclusion = gap.PValue < Significance
            ? "The groups differ."
            : "No difference between the groups is shown: random groups of these sizes often differ as much.";
        return $"Fairness gap δ (accuracy) = {Format.Score(gap.Difference)}, {gap.Highest} against {gap.Lowest} "
            + $"(95 % for these two: {Format.Range(gap.Interval)}; permutation p = {Format.Number(gap.PValue, "0.000")}). "
            + conclusion;
    }

    private static string DescribeExcluded(ColumnSlices slices)
    {
        List<string> excluded = [.. slices.Slices.Where(static s => s.Count < GroupGap.MinTexts).Select(static s => s.Value)];
        var more = excluded.Count > MaxShown ? $" and {excluded.Count - MaxShown} more" : "";
        return excluded.Count == 0 ? "" : $" Not compared, because they have fewer than {GroupGap.MinTexts} texts: "
            + $"{string.Join(", ", excluded.Take(MaxShown))}{more}.";
    }
}
