using System.Globalization;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Cli.Files;
using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Output;
using StreamBert.Model.Classification;
using StreamBert.Model.Manifests;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>Reads the labelled texts of a file for one head.</summary>
internal sealed class LabelledFile(RowFile file, HeadInfo head)
{
    private const int MaxShownLabels = 20;

    /// <exception cref="CliException">A column does not exist, a row is invalid, or the head has no such label.</exception>
    public List<LabelledRow> Read(LabelledColumns columns)
    {
        TextInputOptionGroup.ReportDetectedFormat(file);
        var names = ParseNames(columns.LabelNames);
        var resolved = columns with { Text = file.FindTextColumn(columns.Text), Label = FindLabelColumn(columns.Label) };
        var written = ReadRows(resolved);
        var rows = written.ConvertAll(row =>
            row with { Labels = [.. row.Labels.Select(label => ResolveLabel(label, head.Labels, names ?? head.Labels))] });
        if (names is null && written.Zip(rows).Any(static pair => !pair.First.Labels.SequenceEqual(pair.Second.Labels)))
            WarnOfNumericLabels();
        RequireKnownLabels(rows);
        return rows.Count > 0 ? rows : throw new CliException($"'{file.Path}' contains no rows.");
    }

    /// <summary>Replaces a whole number with the name at that index, unless the number is itself a label.</summary>
    internal static string ResolveLabel(string label, IReadOnlyList<string> labels, IReadOnlyList<string> names) =>
        !labels.Contains(label)
        && int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < names.Count
            ? names[index]
            : label;

    private string FindLabelColumn(string? given) =>
        file.RequireColumn(given, "--label") ?? ColumnDetector.FindLabel(file.Columns, head.Name) ?? throw new CliException(
            $"The label column of '{file.Path}' cannot be detected; give --label COLUMN. Its columns are: {RowFile.Join(file.Columns)}.");

    private string[]? ParseNames(string? given)
    {
        var names = given?.Split(',', StringSplitOptions.TrimEntries);
        return names?.FirstOrDefault(name => !head.Labels.Contains(name)) is { } unknown
            ? throw new CliException($"--labels contains '{unknown}', which is not a label of the head '{head.Name}'. Its labels are: "
                + $"{JoinLabels()}.")
            : names;
    }

    private List<LabelledRow> ReadRows(LabelledColumns columns)
    {
        List<string> others = [.. columns.Values.Select(column => file.RequireColumn(column, "--slice or --group")!)];
        var (rows, invalid) = (new List<LabelledRow>(), new InvalidRows());
        foreach (var row in file.ReadRows())
        {
            var text = row.GetRequired(columns.Text!);
            var (labels, fault) = ReadLabels(row, columns.Label!);
            if ((text.Fault ?? fault) is { } found)
                invalid.Add(row, found.Detail);
            else
                rows.Add(new(row.Number, text.Value!, labels, ReadValues(row, columns.Values, others)));
        }
        return invalid.Count == 0 ? rows : throw new CliException($"'{file.Path}' has {invalid}. Correct or remove them.");
    }

    /// <summary>Reads the labels of a row; for a multi-label head a JSON array, or labels separated by <c>|</c>.</summary>
    private (IReadOnlyList<string> Labels, RowFault? Fault) ReadLabels(Row row, string column)
    {
        if (head.Task is not (HeadTask.MultiLabel or HeadTask.ZeroShotMultiLabel))
            return row.GetRequired(column) is { Value: { } label } ? ([label], null) : ([], row.GetRequired(column).Fault);
        if (row.Fields?.GetValueOrDefault(column) is { IsArray: true, Value: { } array })
            return ([.. JsonSerializer.Deserialize<JsonElement[]>(array)!.Select(static item => item.ToString())], null);
        var (value, fault) = row.GetRequired(column);
        return (value?.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [], fault);
    }

    private static Dictionary<string, string> ReadValues(Row row, IReadOnlyList<string> names, IReadOnlyList<string> columns) =>
        names.Zip(columns).Where(pair => row.GetOptional(pair.Second) is not null)
            .ToDictionary(static pair => pair.First, pair => row.GetOptional(pair.Second)!, StringComparer.Ordinal);

    private void WarnOfNumericLabels()
    {
        var order = string.Join(", ", head.Labels.Select(static (label, index) => $"{index} = {label}"));
        Terminal.Error.WriteLine(
            $"streambert: warning: '{file.Path}' has numeric labels; they are interpreted in the order of the head ({order}). "
            + "If the file uses another order, give it with --labels.");
    }

    private void RequireKnownLabels(List<LabelledRow> rows)
    {
        var unknown = rows.SelectMany(static row => row.Labels).Where(label => !head.Labels.Contains(label)).Distinct().Order().ToList();
        if (unknown.Count == 0)
            return;
        var more = unknown.Count > MaxShownLabels ? $" and {unknown.Count - MaxShownLabels} more" : "";
        throw new CliException($"'{file.Path}' contains labels that the head '{head.Name}' does not have: "
            + $"{string.Join(", ", unknown.Take(MaxShownLabels))}{more}. Its labels are: {JoinLabels()}.");
    }

    private string JoinLabels() => string.Join(", ", head.Labels);
}
