using System.Text.Json;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Files.Rows;
using StreamBert.Contracts;
using StreamBert.Monitoring.Backtesting;

namespace StreamBert.Cli.Backtests;

/// <summary>
/// Reads labelled windows: a CSV file with the columns <c>start,end[,kind][,series]</c>, or the JSON of the Numenta Anomaly Benchmark, in
/// which each data file has a list of pairs of times.
/// </summary>
internal static class LabelFile
{
    private const string StartColumn = "start", EndColumn = "end", KindColumn = "kind", SeriesColumn = "series";
    private const long MaxJsonBytes = 64 * 1024 * 1024;

    /// <param name="path">The file with the labels.</param>
    /// <param name="input">The data file, whose name selects its windows in NAB's JSON; null without one.</param>
    /// <param name="isOneOfMany">Whether the data file is one of several, so that JSON must name it.</param>
    /// <exception cref="CliException">The file is in neither form, or has no windows for the data file.</exception>
    public static IReadOnlyList<LabelledWindow> Read(string path, string? input, bool isOneOfMany = false) =>
        Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase)
            ? ReadJson(path, input, isOneOfMany)
            : ReadRows(path);

    private static List<LabelledWindow> ReadRows(string path)
    {
        var file = RowFile.Open(path, allowPlainText: false);
        foreach (var column in new[] { StartColumn, EndColumn })
            file.RequireColumn(column, "--labels: start,end[,kind][,series]");
        return [.. file.ReadRows().Select(row => ToWindow(path, row))];
    }

    private static LabelledWindow ToWindow(string path, Row row)
    {
        var (start, end) = (ReadTime(path, row, StartColumn), ReadTime(path, row, EndColumn));
        return end >= start
            ? new(start, end) { Kind = row.GetOptional(KindColumn), Series = row.GetOptional(SeriesColumn) }
            : throw new CliException($"'{path}', {row.Location}: the end is before the start.");
    }

    private static DateTimeOffset ReadTime(string path, Row row, string column)
    {
        var (value, fault) = row.GetRequired(column);
        if (fault is not null)
            throw new CliException($"'{path}', {row.Location}: {fault.Detail}.");
        return ParseTime(value, $"'{path}', {row.Location}, '{column}'");
    }

    private static DateTimeOffset ParseTime(string? value, string place) =>
        EventTimeParser.TryParse(value, null, out var time, out var fault) ? time : throw new CliException($"{place}: {fault}");

    private static List<LabelledWindow> ReadJson(string path, string? input, bool isOneOfMany)
    {
        try
        {
            using var document = JsonDocument.Parse(RegularFile.Bytes(path, MaxJsonBytes));
            var windows = document.RootElement.ValueKind == JsonValueKind.Object
                ? Select(path, document.RootElement, input, isOneOfMany)
                : document.RootElement;
            return [.. windows.EnumerateArray().Select((pair, index) => ToWindow(path, pair, index))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException(
                $"'{path}' (--labels) cannot be read as labelled windows, [[start, end], …] or {{\"FILE\": [[start, end], …]}}: "
                + $"{e.Message}", e);
        }
    }

    /// <summary>Selects the windows of a data file: the entry whose name its path ends with.</summary>
    private static JsonElement Select(string path, JsonElement byFile, string? input, bool isOneOfMany)
    {
        var entries = byFile.EnumerateObject().ToList();
        var name = input is null ? null : Path.GetFullPath(input).Replace('\\', '/');
        var matching = entries.FindAll(entry => name is not null
            && (name.EndsWith($"/{entry.Name}", StringComparison.Ordinal) || Path.GetFileName(name) == Path.GetFileName(entry.Name)));
        return (matching, entries) switch
        {
            ([.. var found], _) when found.Count > 0 => found.MaxBy(static entry => entry.Name.Length).Value,
            (_, [var only]) when !isOneOfMany => only.Value,
            _ => throw new CliException($"'{path}' (--labels) has windows for {entries.Count} files, and none is called '{input}'."),
        };
    }

    private static LabelledWindow ToWindow(string path, JsonElement pair, int index)
    {
        var times = pair.EnumerateArray().Select(time => ParseTime(time.GetString(), $"'{path}', window {index + 1}")).ToList();
        return times is [var start, var end] && end >= start
            ? new(start, end)
            : throw new CliException($"'{path}', window {index + 1}: it must be a pair of times, the start and the end.");
    }
}
