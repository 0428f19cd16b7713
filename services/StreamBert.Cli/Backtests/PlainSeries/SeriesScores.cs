using System.Globalization;
using System.Text;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
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
    private static readonly char[] Special = [',', '"', '\n', '\r'];

    /// <returns>The numbers of files and rows.</returns>
    /// <exception cref="CliException">A file is not a table of times and values.</exception>
    public (int Files, long Rows) Write(string input, string output, CancellationToken cancellation)
    {
        var isDirectory = Directory.Exists(input);
        var files = SeriesFile.Find(input);
        return (files.Count, files.Sum(file => WriteFile(
            SeriesFile.Open(file.Path, file.Name, dialect),
            isDirectory || Directory.Exists(output) ? Path.Combine(output, file.Name) : output, cancellation)));
    }

    private static long WriteFile(SeriesFile file, string output, CancellationToken cancellation)
    {
        if (Path.GetFullPath(file.Path) == Path.GetFullPath(output))
            throw new CliException($"--scores '{output}' would overwrite its input.");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
        using var writer = new StreamWriter(output, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        writer.Write($"{string.Join(',', file.Columns.Select(Quote))},{ScoreColumn}\n");
        var (scorer, rows) = (new PlainSeriesScorer(), 0L);
        foreach (var (row, time, value) in file.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            var score = scorer.Score(time, value);
            var cells = file.Columns.Select(column => Quote(row.GetOptional(column) ?? ""));
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{string.Join(',', cells)},{score:0.######}\n"));
            rows++;
        }
        return rows;
    }

    private static string Quote(string cell) =>
        cell.IndexOfAny(Special) < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
