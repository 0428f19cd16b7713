using System.Text.Json;
using StreamBert.Cli.Files.Rows;
using StreamBert.Contracts;

namespace StreamBert.Cli.Files.Json;

/// <summary>
/// Reads rows of JSON: one object per line, objects on several lines, or an array of objects; a string is a text. Nested fields become
/// dotted paths; arrays stay JSON.
/// </summary>
internal static class JsonRows
{
    private const int MaxSampledLines = 20;
    private const string SurrogateNote = "an unpaired escaped surrogate was read as U+FFFD";

    /// <param name="sample">The beginning of the content.</param>
    public static IEnumerable<RawRow> Read(Stream content, byte[] sample) => DetectLayout(sample) switch
    {
        JsonLayout.Lines => ReadLines(content, PlainRows.DetectLineEnd(sample)),
        var layout => new JsonValueReader(content, layout == JsonLayout.Array).Read().Select(ToRow),
    };

    /// <summary>Returns the name of the layout for users.</summary>
    public static string DescribeLayout(byte[] sample) => DetectLayout(sample) switch
    {
        JsonLayout.Lines => "JSON Lines",
        JsonLayout.Array => "a JSON array",
        _ => "JSON objects",
    };

    /// <summary>Detects JSON Lines if an unindented line is a complete object; otherwise the first character decides.</summary>
    private static JsonLayout DetectLayout(byte[] sample)
    {
        var first = sample.AsSpan().TrimStart(" \t\r\n"u8);
        var lines = PlainRows.ReadLines(new MemoryStream(sample), PlainRows.DetectLineEnd(sample))
            .Where(IsNotBlank)
            .Take(MaxSampledLines)
            .ToList();
        if (first is [(byte)'[', ..])
            return lines.Count > 1 && IsComplete(lines[0]) ? JsonLayout.Lines : JsonLayout.Array;
        return first is not [(byte)'{', ..] || lines.Count == 1 || lines.Any(static line => line is [(byte)'{', ..] && IsComplete(line))
            ? JsonLayout.Lines
            : JsonLayout.Values;
    }

    private static bool IsNotBlank(byte[] line) => line.AsSpan().Trim(" \t\r"u8).Length > 0;

    private static bool IsComplete(byte[] line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static IEnumerable<RawRow> ReadLines(Stream content, byte lineEnd) => PlainRows.ReadLines(content, lineEnd).Index()
        .Where(static line => IsNotBlank(line.Item))
        .Select(static line => ToRow(line.Index + 1, line.Item));

    private static RawRow ToRow(JsonValueText value) => value.Fault is null
        ? ToRow(value.Line, value.Raw)
        : new(value.Line, value.Raw, null, new(DeadLetterReasons.NotJson, value.Fault));

    private static RawRow ToRow(long line, byte[] raw)
    {
        if (!System.Text.Unicode.Utf8.IsValid(raw))
        {
            return new(line, raw, null, new(DeadLetterReasons.NotUtf8, "it is not UTF-8 (if the whole file is in another encoding, give "
                + "--encoding)"));
        }
        var json = RecordJson.WithoutLoneSurrogates(raw, out var replaced);
        try
        {
            using var document = JsonDocument.Parse(json);
            return new(line, raw, GetFields(document.RootElement), null) { Note = replaced == 0 ? null : SurrogateNote };
        }
        catch (JsonException e)
        {
            var reason = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            return new(line, raw, null, new(DeadLetterReasons.NotJson, $"it is not JSON: {reason}"));
        }
        catch (FormatException e)
        {
            return new(line, raw, null, new(DeadLetterReasons.BadField, e.Message));
        }
    }

    private static Dictionary<string, Cell> GetFields(JsonElement root)
    {
        var fields = new Dictionary<string, Cell>();
        if (root.ValueKind == JsonValueKind.String)
            fields[PlainRows.Column] = new(root.GetString());
        else if (root.ValueKind == JsonValueKind.Object)
            Flatten(root, "", fields);
        else
            throw new FormatException($"it is not an object but {root.ValueKind}");
        return fields;
    }

    /// <exception cref="FormatException">Two fields have the same path.</exception>
    private static void Flatten(JsonElement json, string prefix, Dictionary<string, Cell> fields)
    {
        foreach (var property in json.EnumerateObject())
        {
            var name = prefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object)
                Flatten(property.Value, $"{name}.", fields);
            else if (!fields.TryAdd(name, ToCell(property.Value)))
                throw new FormatException($"two fields are named '{name}'");
        }
    }

    private static Cell ToCell(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => new(null),
        JsonValueKind.String => new(json.GetString()),
        JsonValueKind.Array => new(json.GetRawText(), IsArray: true),
        _ => new(json.GetRawText()),
    };
}
