using StreamBert.Cli.Files;
using StreamBert.Cli.Files.Rows;
using StreamBert.Model.Training.Recipes;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Checks the columns, rows and labels of one source of a recipe.</summary>
/// <param name="head">The head that the source trains; null for the corpus.</param>
internal sealed class RecipeSourceCheck(RowFile file, RecipeSource source, RecipeHead? head)
{
    private const int MaxShownLabels = 20;
    private readonly InvalidRows _invalid = new();
    private readonly SortedDictionary<string, long> _unknownLabels = new(StringComparer.Ordinal);

    public IReadOnlyList<string> FindErrors()
    {
        var missing = source.Columns.Where(column => file.FindColumn(column) is null).ToList();
        var columns = source.Columns.Except(missing).Select(name => new RecipeColumn(name, file.FindColumn(name)!)).ToList();
        var rows = CheckRows(columns);
        return
        [
            .. missing.Count > 0 ? [DescribeMissing(missing)] : (string[])[],
            .. rows == 0 ? ["it contains no rows"] : (string[])[],
            .. _invalid.Count > 0 ? [$"{_invalid}"] : (string[])[],
            .. _unknownLabels.Count > 0 ? [DescribeUnknownLabels(head!)] : (string[])[],
        ];
    }

    private long CheckRows(List<RecipeColumn> columns)
    {
        var rows = 0L;
        var isSplit = columns.Exists(column => column.Name == source.SplitColumn);
        var isLabelled = head is not null && columns.Exists(column => column.Name == source.Label);
        foreach (var row in file.ReadRows())
        {
            rows++;
            var (values, fault) = RecipeColumn.Read(row, columns);
            if (values is null)
                _invalid.Add(row, fault!);
            else if ((isSplit ? source.IsInSplit(values) : true) is not { } isInSplit)
                _invalid.Add(row, $"'{source.SplitColumn}' is '{values[source.SplitColumn!]}', which is not a whole number");
            else if (isInSplit && isLabelled && source.GetLabel(values) is { } label && !head!.Labels.Contains(label))
                _unknownLabels[label] = _unknownLabels.GetValueOrDefault(label) + 1;
        }
        return rows;
    }

    private string DescribeMissing(List<string> missing) =>
        $"it has no column{(missing.Count > 1 ? "s" : "")} '{string.Join("', '", missing)}'; it is {file.Format} with the columns: "
            + $"{RowFile.Join(file.Columns)}";

    private string DescribeUnknownLabels(RecipeHead labelledHead)
    {
        var shown = _unknownLabels.Take(MaxShownLabels).Select(static label => $"'{label.Key}' ({label.Value:N0} rows)");
        var more = _unknownLabels.Count > MaxShownLabels ? $" and {_unknownLabels.Count - MaxShownLabels} more" : "";
        return $"labels in '{source.Label}' that the head '{labelledHead.Name}' does not have: {string.Join(", ", shown)}{more}; "
            + $"its labels are: {string.Join(", ", labelledHead.Labels)} (labelMap in the recipe maps other labels)";
    }
}
