using System.Globalization;
using System.Text;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Files.Rows;
using StreamBert.Contracts;
using StreamBert.Monitoring.PlainSeries;

namespace StreamBert.Cli.Backtests.PlainSeries;

/// <summary>
/// Scores files of <c>timestamp,value</c>: writes each row with its columns and the column <c>anomaly_score</c>, in one pass. A directory
/// is scored file by file, with the same tree of directories in the output.
/// </summary>
/// <param name="dialect">How the files are written.</param>
internal sealed class SeriesScores(FileDialect dialect)
{
    private const string ScoreColumn = "anomaly_score";
    private static readonly string[] TimeColumns = ["timestamp", "time", "date"];
    private static readonly string[] ValueColumns = ["value", "y", "count"];
    private static readonly char[] Special = [',', '"', '\n', '\r'];

    /// <returns>The numbers of files and rows.</returns>
    /// <exception cref="CliException">A file is not a table of times and values.</exception>
    public (int Files, long Rows) Write(string input, string output, CancellationToken cancellation)
    {
        if (!Directory.Exists(input))
            return (1, WriteFile(input, Directory.Exists(output) ? Path.Combine(output, Path.GetFileName(input)) : output, cancellation));
        var files = Directory.EnumerateFiles(input, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0)
            throw new CliException($"The directory '{input}' contains no .csv file.");
        return (files.Count, files.Sum(file => WriteFile(file, Path.Combine(output, Path.GetRelativePath(input, file)), cancellation)));
    }

    private long WriteFile(string input, string output, CancellationToken cancellation)
    {
        if (Path.GetFullPath(input) == Path.GetFullPath(output))
            throw new CliException($"--scores '{output}' would overwrite its input.");
        var file = RowFile.Open(input, allowPlainText: false, dialect);
        var (time, value) = (FindColumn(file, TimeColumns), FindColumn(file, ValueColumns));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
        using var writer = new StreamWriter(output, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        writer.Write($"{string.Join(',', file.Columns.Select(Quote))},{ScoreColumn}\n");
        var (scorer, rows) = (new PlainSeriesScorer(), 0L);
        foreach (var row in file.ReadRows())
        {
            cancellation.ThrowIfCancellationRequested();
            var score = scorer.Score(ReadTime(file, row, time), ReadValue(file, row, value));
            var cells = file.Columns.Select(column => Quote(row.GetOptional(column) ?? ""));
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{string.Join(',', cells)},{score:0.######}\n"));
            rows++;
        }
        return rows;
    }

    private static string FindColumn(RowFile file, string[] names) =>
        names.Select(file.FindColumn).FirstOrDefault(static found => found is not null) ?? throw new CliException(
            $"'{file.Path}' has no column '{names[0]}'; its columns are: {RowFile.Join(file.Columns)}.");

    private static DateTimeOffset ReadTime(RowFile file, Row row, string column)
    {
        var (text, missing) = row.GetRequired(column);
        if (missing is not null)
            throw new CliException($"'{file.Path}', {row.Location}: {missing.Detail}.");
        return EventTimeParser.TryParse(text, null, out var time, out var fault)
            ? time
            : throw new CliException($"'{file.Path}', {row.Location}, '{column}': {fault}");
    }

    /// <summary>Returns the value; one that is missing is not a number, which is not scored.</summary>
    private static double ReadValue(RowFile file, Row row, string column)
    {
        if (row.GetOptional(column) is not { } text)
            return double.NaN;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new CliException($"'{file.Path}', {row.Location}, '{column}': {Excerpt.Quote(text)} is not a number.");
    }

    private static string Quote(string cell) =>
        cell.IndexOfAny(Special) < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
