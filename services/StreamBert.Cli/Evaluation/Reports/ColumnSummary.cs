using StreamBert.Cli.Evaluation.Slices;
using StreamBert.Contracts;

namespace StreamBert.Cli.Evaluation.Reports;

/// <summary>The scores by the values of a column.</summary>
/// <param name="Column">The column.</param>
/// <param name="Values">The scores of each value, that with the most texts first.</param>
/// <param name="Gap">The difference between groups, if the column names groups of which two are large enough.</param>
internal sealed record ColumnSummary(string Column, IReadOnlyList<ColumnSummary.ValueScores> Values, GroupGap? Gap)
{
    public static ColumnSummary Of(ColumnSlices slices) => new(
        slices.Column,
        [.. slices.Slices.Select(static slice => new ValueScores(
            slice.Value, slice.Count, slice.Scores.Accuracy, slice.Scores.MacroF1, new(slice.Accuracy, slice.MacroF1)))],
        slices.Gap);

    internal sealed record ValueScores(string Value, int Count, double Accuracy, double MacroF1, ValueIntervals Intervals);

    internal sealed record ValueIntervals(Interval Accuracy, Interval MacroF1);
}
