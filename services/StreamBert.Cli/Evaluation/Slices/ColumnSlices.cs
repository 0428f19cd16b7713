using StreamBert.Cli.Evaluation.Outcomes;

namespace StreamBert.Cli.Evaluation.Slices;

/// <summary>Divides the texts of an evaluation by the values of a column.</summary>
/// <param name="Column">The column.</param>
/// <param name="Slices">The slices, the largest first.</param>
/// <param name="Gap">The difference between groups, if the column names groups of which two are large enough.</param>
internal sealed record ColumnSlices(string Column, IReadOnlyList<Slice> Slices, GroupGap? Gap = null)
{
    /// <summary>The value of texts without one.</summary>
    private const string Missing = "(none)";

    public static ColumnSlices Of(HeadEvaluation evaluation, string column)
    {
        var units = evaluation.Rows.Zip(evaluation.Units).GroupBy(
            pair => pair.First.Values.GetValueOrDefault(column, Missing), static pair => pair.Second, StringComparer.Ordinal);
        var slices = units.Select(group => new Slice(group.Key, [.. group], evaluation.Classes));
        return new(column, [.. slices.OrderByDescending(static s => s.Count).ThenBy(static s => s.Value, StringComparer.Ordinal)]);
    }

    public ColumnSlices WithGap() => this with { Gap = GroupGap.Of([.. Slices.Where(static slice => slice.Value != Missing)]) };
}
