using System.Globalization;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Files.Rows;
using StreamBert.Contracts;

namespace StreamBert.Cli.Backtests.PlainSeries;

/// <summary>A row of a plain series.</summary>
/// <param name="Row">The row with all its columns.</param>
/// <param name="Time">The time.</param>
/// <param name="Value">The value; not a number if it is missing.</param>
internal readonly record struct SeriesRow(Row Row, DateTimeOffset Time, double Value);

/// <summary>Reads a file of <c>timestamp,value</c>.</summary>
internal sealed class SeriesFile
{
    private static readonly string[] TimeColumns = ["timestamp", "time", "date"];
    private static readonly string[] ValueColumns = ["value", "y", "count"];
    private static readonly string[] Extensions = [".csv", ".tsv", ".tab"];

    private readonly RowFile _file;
    private readonly string _time, _value;

    private SeriesFile(RowFile file, string name, string time, string value) => (_file, Name, _time, _value) = (file, name, time, value);

    /// <summary>The name of the series: the path of the file within its directory.</summary>
    public string Name { get; }

    public string Path => _file.Path;

    public IReadOnlyList<string> Columns => _file.Columns;

    /// <param name="path">The file.</param>
    /// <param name="name">The name of the series.</param>
    /// <param name="dialect">How the file is written.</param>
    /// <exception cref="CliException">The file does not exist, or it lacks a column of times or values.</exception>
    public static SeriesFile Open(string path, string name, FileDialect dialect)
    {
        var file = RowFile.Open(path, allowPlainText: false, dialect);
        return new(file, name, RequireColumn(file, TimeColumns), RequireColumn(file, ValueColumns));
    }

    /// <summary>Returns the files of a directory in the order of their paths, or the only file.</summary>
    /// <exception cref="CliException">The directory has no such file.</exception>
    public static IReadOnlyList<(string Path, string Name)> Find(string input)
    {
        if (!Directory.Exists(input))
            return [(input, System.IO.Path.GetFileName(input))];
        List<(string Path, string Name)> files =
        [
            .. Directory.EnumerateFiles(input, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(file => (file, System.IO.Path.GetRelativePath(input, file).Replace('\\', '/'))),
        ];
        return files.Count > 0 ? files : throw new CliException($"The directory '{input}' contains no .csv file.");
    }

    /// <summary>
    /// Whether an input is a directory, or a CSV file with a column of times and one of values, and none that has the name of a text.
    /// </summary>
    /// <exception cref="CliException">The file does not exist or cannot be read.</exception>
    public static bool IsSeries(string input, FileDialect dialect)
    {
        if (Directory.Exists(input))
            return true;
        var name = input.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? input[..^3] : input;
        if (!Extensions.Contains(System.IO.Path.GetExtension(name).ToLowerInvariant()))
            return false;
        var file = RowFile.Open(input, allowPlainText: false, dialect);
        return ColumnDetector.FindText(file.Columns) is null
            && FindColumn(file, TimeColumns) is not null && FindColumn(file, ValueColumns) is not null;
    }

    /// <exception cref="CliException">A row has no time, or its value is not a number.</exception>
    public IEnumerable<SeriesRow> Read() => _file.ReadRows().Select(row => new SeriesRow(row, ReadTime(row), ReadValue(row)));

    private static string? FindColumn(RowFile file, string[] names) =>
        names.Select(file.FindColumn).FirstOrDefault(static found => found is not null);

    private static string RequireColumn(RowFile file, string[] names) => FindColumn(file, names) ?? throw new CliException(
        $"'{file.Path}' has no column '{names[0]}'; its columns are: {RowFile.Join(file.Columns)}.");

    private DateTimeOffset ReadTime(Row row)
    {
        var (text, missing) = row.GetRequired(_time);
        if (missing is not null)
            throw new CliException($"'{Path}', {row.Location}: {missing.Detail}.");
        return EventTimeParser.TryParse(text, null, out var time, out var fault)
            ? time
            : throw new CliException($"'{Path}', {row.Location}, '{_time}': {fault}");
    }

    private double ReadValue(Row row)
    {
        if (row.GetOptional(_value) is not { } text)
            return double.NaN;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new CliException($"'{Path}', {row.Location}, '{_value}': {Excerpt.Quote(text)} is not a number.");
    }
}
