using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Files.Rows;

namespace StreamBert.Cli.Commands.Training;

/// <summary>The texts and labels of a file, as they are written there.</summary>
/// <param name="File">The file and its columns.</param>
/// <param name="LabelColumn">The column of the labels.</param>
/// <param name="Rows">The text and the label of each row.</param>
internal sealed record LabelledRows(HeadFile File, string LabelColumn, IReadOnlyList<(string Text, string Label)> Rows)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="CliException">The file cannot be read, a column is missing, or rows have no text or no label.</exception>
    public static LabelledRows Read(HeadFile source, FileDialect dialect)
    {
        var file = RowFile.Open(source.Path, allowPlainText: false, dialect);
        TextInputOptionGroup.ReportDetectedFormat(file);
        var text = file.FindTextColumn(source.Text);
        var label = file.RequireColumn(source.Label, "--label") ?? ColumnDetector.FindLabel(file.Columns, source.Head ?? "")
            ?? throw new CliException($"The label column of '{file.Path}' cannot be detected; give --label COLUMN. Its columns are: "
                + $"{RowFile.Join(file.Columns)}.");
        var (rows, invalid) = (new List<(string, string)>(), new InvalidRows());
        foreach (var row in file.ReadRows())
        {
            if ((FindFault(row, text) ?? FindFault(row, label)) is { } fault)
                invalid.Add(row, fault);
            else
                rows.Add((row.GetRequired(text).Value!, row.GetRequired(label).Value!.Trim()));
        }
        if (invalid.Count > 0)
            throw new CliException($"'{file.Path}' has {invalid}. Correct or remove them.");
        return rows.Count > 0 ? new(source, label, rows) : throw new CliException($"'{file.Path}' contains no rows.");
    }

    private static string? FindFault(Row row, string column)
    {
        var (value, fault) = row.GetRequired(column);
        return fault?.Detail ?? (string.IsNullOrWhiteSpace(value) ? $"'{column}' is empty" : null);
    }
}
