using System.Globalization;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Output;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>Reads the labelled texts of a file for one head.</summary>
internal sealed class LabelledFile(RowFile file, HeadInfo head)
{
    private const int MaxShownLabels = 20;

    /// <param name="labelNames">
    /// The names of the numeric labels 0, 1, 2 and so on, separated by commas; null: the labels of the head in order.
    /// </param>
    /// <exception cref="CliException">A column does not exist, a row is invalid, or the head has no such label.</exception>
    public List<LabelledText> Read(string? textColumn, string? labelColumn, string? labelNames)
    {
        TextInputOptionGroup.ReportDetectedFormat(file);
        var (text, label, names) = (file.FindTextColumn(textColumn), FindLabelColumn(labelColumn), ParseNames(labelNames));
        var rows = ReadCells(text, label);
        var texts = rows.ConvertAll(row =>
            new LabelledText(row.Text, head.Name, ResolveLabel(row.Label, head.Labels, names ?? head.Labels)));
        if (names is null && rows.Zip(texts).Any(static pair => pair.First.Label != pair.Second.Label))
            WarnOfNumericLabels();
        RequireKnownLabels(texts);
        return texts.Count > 0 ? texts : throw new CliException($"'{file.Path}' contains no rows.");
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

    private List<(string Text, string Label)> ReadCells(string textColumn, string labelColumn)
    {
        var (cells, invalid) = (new List<(string, string)>(), new InvalidRows());
        foreach (var row in file.ReadRows())
        {
            var (text, label) = (row.GetRequired(textColumn), row.GetRequired(labelColumn));
            if ((text.Fault ?? label.Fault) is { } fault)
                invalid.Add(row, fault.Detail);
            else
                cells.Add((text.Value!, label.Value!));
        }
        return invalid.Count == 0 ? cells : throw new CliException($"'{file.Path}' has {invalid}. Correct or remove them.");
    }

    private void WarnOfNumericLabels()
    {
        var order = string.Join(", ", head.Labels.Select(static (label, index) => $"{index} = {label}"));
        Terminal.Error.WriteLine(
            $"streambert: warning: '{file.Path}' has numeric labels; they are interpreted in the order of the head ({order}). "
            + "If the file uses another order, give it with --labels.");
    }

    private void RequireKnownLabels(List<LabelledText> texts)
    {
        var unknown = texts.Select(static text => text.Label).Where(label => !head.Labels.Contains(label)).Distinct().Order().ToList();
        if (unknown.Count == 0)
            return;
        var more = unknown.Count > MaxShownLabels ? $" and {unknown.Count - MaxShownLabels} more" : "";
        throw new CliException($"'{file.Path}' contains labels that the head '{head.Name}' does not have: "
            + $"{string.Join(", ", unknown.Take(MaxShownLabels))}{more}. Its labels are: {JoinLabels()}.");
    }

    private string JoinLabels() => string.Join(", ", head.Labels);
}
