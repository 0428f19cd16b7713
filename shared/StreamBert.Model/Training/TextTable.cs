using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;

namespace StreamBert.Model.Training;

/// <summary>Reads rows of text data: CSV with a header, JSON Lines, or plain text (column <c>text</c>, a line a row); each also gzipped.</summary>
public static class TextTable
{
    private const int MaxColumns = 1_000;

    /// <exception cref="InvalidDataException">The file cannot be read as what its name says; the message names file and row.</exception>
    public static IEnumerable<IReadOnlyDictionary<string, string>> Read(string path)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".csv" => ReadCsv(path),
            ".jsonl" or ".ndjson" => ReadJsonLines(path),
            ".txt" => ReadLines(path).Select(line => (IReadOnlyDictionary<string, string>)new Dictionary<string, string> { ["text"] = line }),
            var other => throw new InvalidDataException($"{path}: files of type '{other}' are not read; .csv, .jsonl and .txt are (also with .gz)."),
        };
    }

    private static StreamReader Open(string path)
    {
        Stream stream = File.OpenRead(path);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) stream = new GZipStream(stream, CompressionMode.Decompress);
        return new StreamReader(stream);
    }

    private static IEnumerable<IReadOnlyDictionary<string, string>> ReadCsv(string path)
    {
        using var reader = Open(path);
        using var csv = new CsvReader(reader, new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null, MissingFieldFound = null });
        if (!csv.Read()) throw new InvalidDataException($"{path}: has no header row.");
        if (csv.Parser.Count > MaxColumns) throw new InvalidDataException($"{path}: has {csv.Parser.Count} columns; {MaxColumns} are read.");
        csv.ReadHeader();
        var header = csv.HeaderRecord!;
        while (csv.Read())
        {
            var row = new Dictionary<string, string>(header.Length, StringComparer.OrdinalIgnoreCase);
            for (var column = 0; column < header.Length; column++) row[header[column]] = csv.GetField(column) ?? "";
            yield return row;
        }
    }

    private static IEnumerable<IReadOnlyDictionary<string, string>> ReadJsonLines(string path)
    {
        var number = 0;
        foreach (var line in ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            yield return ParseLine(path, number, line);
        }
    }

    private static Dictionary<string, string> ParseLine(string path, int number, string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.EnumerateObject().ToDictionary(
                field => field.Name,
                field => field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText(),
                StringComparer.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"{path}, line {number}: is not a JSON object.", e);
        }
    }

    private static IEnumerable<string> ReadLines(string path)
    {
        using var reader = Open(path);
        while (reader.ReadLine() is { } line) yield return line;
    }
}
