using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Files.Rows;
using StreamBert.Model.Datasets.Duplicates;

namespace StreamBert.Cli.Datasets;

/// <summary>
/// Reads the files of a data set as a model reads them. The memory grows with the number of rows and of different tokens, because texts are
/// not kept.
/// </summary>
/// <param name="encoder">Determines what the model reads.</param>
/// <param name="textColumn">The column of the text; null: detected in each file.</param>
/// <param name="labelColumn">The column of the label; null: detected in each file, which may have none.</param>
internal sealed class DatasetReader(InputEncoder encoder, string? textColumn, string? labelColumn)
{
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal); // one object for each label

    public List<FileRows> Files { get; } = [];

    /// <summary>The rows that the model reads, file by file.</summary>
    public List<DatasetRow> Rows { get; } = [];

    public InputIndex Inputs { get; } = new();

    /// <exception cref="CliException">The file cannot be read, has no such column, or has no row.</exception>
    public void Read(DatasetFile file, FileDialect dialect)
    {
        var source = RowFile.Open(file.Path, allowPlainText: false, dialect);
        TextInputOptionGroup.ReportDetectedFormat(source);
        var label = source.RequireColumn(labelColumn, "--label") ?? ColumnDetector.FindLabel(source.Columns, "label");
        var rows = new FileRows(file, source.Format, source.FindTextColumn(textColumn), label);
        Files.Add(rows);
        foreach (var row in source.ReadRows())
            Add(row, rows);
        if (rows.Count == 0)
            throw new CliException($"'{file.Path}' contains no rows.");
        if (rows.Count == rows.Unreadable.Count)
            throw new CliException($"'{file.Path}' contains no readable row: it has {rows.Unreadable}.");
    }

    private void Add(Row row, FileRows rows)
    {
        rows.Count++;
        if (row.GetRequired(rows.TextColumn) is not { Value: { } text })
        {
            rows.Unreadable.Add(row, row.GetRequired(rows.TextColumn).Fault!.Detail);
            return;
        }
        var label = ReadLabel(row, rows);
        var input = encoder.Encode(text);
        if (input.IsTruncated)
            rows.Cut++;
        if (input.IsEmpty)
            rows.Empty.Add(row.Number);
        else
            Rows.Add(new(Files.Count - 1, row.Number, Inputs.Add(input), label));
    }

    private string? ReadLabel(Row row, FileRows rows)
    {
        if (rows.LabelColumn is null)
            return null;
        if (row.GetOptional(rows.LabelColumn) is not { } label)
        {
            rows.Unlabelled++;
            return null;
        }
        rows.Labels[label] = rows.Labels.GetValueOrDefault(label) + 1;
        return _labels.TryGetValue(label, out var known) ? known : _labels[label] = label;
    }
}
