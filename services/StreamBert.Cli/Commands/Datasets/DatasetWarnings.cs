using System.Globalization;
using StreamBert.Cli.Datasets;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Datasets;

/// <summary>States what is wrong with a data set, with examples and what to do.</summary>
internal static class DatasetWarnings
{
    private const int MaxExamples = 5;
    private const double MaxImbalance = 10;

    public static IEnumerable<string> List(DatasetReport report) =>
    [
        .. report.Overlaps.SelectMany(ListOfOverlap),
        .. report.Conflicts.Count > 0 ? [DescribeConflicts(report.Conflicts)] : (string[])[],
        .. report.Files.SelectMany(static file => ListOfFile(file)),
        .. ListMissingLabels([.. report.Files.Where(static file => file.Labels.Count > 0)]),
        .. report.SkippedComparisons > 0 ? [DescribeSkipped(report.SkippedComparisons)] : (string[])[],
    ];

    private static IEnumerable<string> ListOfOverlap(FileOverlap overlap)
    {
        if (!overlap.IsAcrossParts)
            yield break;
        if (overlap.Twins > 0)
        {
            yield return $"{overlap.File}: {Count(overlap.Twins, overlap.Rows)} are read identically to a row of {overlap.Of}"
                + (overlap.OtherLabel > 0 ? $", {Format.Count(overlap.OtherLabel)} of them with another label" : "")
                + $": {Examples(overlap.Pairs.Where(static pair => pair.IsTwin).Select(Describe), overlap.Twins)}. Remove them from one of "
                + "the files, or evaluate with --exclude-twins-of: figures measured on texts that were trained on are too good.";
        }
        if (overlap.NearDuplicates > 0)
        {
            yield return $"{overlap.File}: {Count(overlap.NearDuplicates, overlap.Rows)} are near-duplicates of a row of {overlap.Of}: "
                + $"{Examples(overlap.Pairs.Where(static pair => !pair.IsTwin).Select(Describe), overlap.NearDuplicates)}.";
        }
    }

    private static string Describe(RowPair pair) => $"row {pair.Row} = row {pair.OfRow}";

    private static string DescribeConflicts(IReadOnlyList<LabelConflict> conflicts)
    {
        var rows = conflicts.Sum(static text => text.Rows.Count);
        return $"{Format.Count(conflicts.Count)} texts have different labels, in {Format.Count(rows)} rows: "
            + $"{Examples(conflicts.Select(static text => Describe(text)), conflicts.Count)}.";
    }

    private static string Describe(LabelConflict conflict)
    {
        var first = conflict.Rows[0];
        var other = conflict.Rows.First(row => row.Label != first.Label);
        return $"{first.File} row {first.Row} '{first.Label}', {other.File} row {other.Row} '{other.Label}'";
    }

    private static IEnumerable<string> ListOfFile(FileSummary file)
    {
        if (file.UnreadableRows is { } unreadable)
            yield return $"{file.File}: {unreadable}.";
        if (file.EmptyRows.Count > 0)
        {
            yield return $"{file.File}: {Count(file.EmptyRows.Count, file.Rows)} have no token that the model reads: "
                + $"{Examples(file.EmptyRows.Select(static row => $"row {row}"), file.EmptyRows.Count)}.";
        }
        if (file.Cut > 0)
            yield return $"{file.File}: {Count(file.Cut, file.Rows)} are longer than the model reads; their ends are cut.";
        if (file.Labels.Count == 0)
            yield return $"{file.File} has no labels, so they were not checked; if it has a column of labels, give --label COLUMN.";
        else if (file.Unlabelled > 0)
            yield return $"{file.File}: {Count(file.Unlabelled, file.Rows)} have no label.";
        if (DescribeImbalance(file) is { } imbalance)
            yield return imbalance;
    }

    private static string? DescribeImbalance(FileSummary file)
    {
        if (file.Labels.Count < 2)
            return null;
        var (most, least) = (file.Labels.MaxBy(static label => label.Value), file.Labels.MinBy(static label => label.Value));
        var ratio = (double)most.Value / least.Value;
        return ratio < MaxImbalance ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{file.File}: the label '{most.Key}' has {ratio:0.#} times the rows of '{least.Key}'; look at macro-F1 beside accuracy.");
    }

    private static IEnumerable<string> ListMissingLabels(IReadOnlyList<FileSummary> files) =>
        from label in files.SelectMany(static file => file.Labels.Keys).Distinct().Order(StringComparer.Ordinal)
        let missing = files.Where(file => !file.Labels.ContainsKey(label)).ToList()
        where missing.Count > 0
        select $"the label '{label}' is not in {string.Join(", ", missing.Select(static file => file.File))}.";

    private static string DescribeSkipped(long comparisons) =>
        $"{Format.Count(comparisons)} comparisons of texts that resemble very many others were skipped: the numbers of near-duplicates are "
        + "lower bounds.";

    private static string Count(long part, long total) =>
        $"{Format.Count(part)} of {Format.Count(total)} rows ({DatasetTables.Share(part, total)})";

    private static string Examples(IEnumerable<string> all, long count) =>
        string.Join("; ", all.Take(MaxExamples)) + (count > MaxExamples ? $"; … (--json lists all {Format.Count(count)})" : "");
}
