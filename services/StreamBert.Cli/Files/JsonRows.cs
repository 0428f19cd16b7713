using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Streaming.Reading;

namespace StreamBert.Cli.Files;

/// <summary>
/// Rows of JSON: an object a line, objects written over several lines, or an array of them; a string is a text. Nested fields become dotted
/// paths; arrays
/// stay JSON.
/// </summary>
internal static class JsonRows
{
    private const string Half = "an escaped surrogate without the other half was read as U+FFFD";

    /// <param name="sample">The first of the content.</param>
    public static IEnumerable<RawRow> Read(Stream content, byte[] sample) => FormOf(sample) switch
    {
        Form.Lines => Lines(content, PlainRows.LineEnd(sample)),
        var form => new JsonValues(content, form == Form.Array).Read().Select(static value => value.Fault is null
            ? Row(value.Line, value.Raw) : new RawRow(value.Line, value.Raw, null, new(DeadLetterReasons.NotJson, value.Fault))),
    };

    /// <summary>As people call it.</summary>
    public static string Name(byte[] sample)
        => FormOf(sample) switch { Form.Lines => "JSON Lines", Form.Array => "a JSON array", _ => "JSON objects" };

    private enum Form
    {
        Lines,
        Array,
        Values,
    }

    /// <summary>Lines, where one that begins at the margin is a whole object; else what the first sign says.</summary>
    private static Form FormOf(byte[] sample)
    {
        var first = sample.AsSpan().TrimStart(" \t\r\n"u8);
        var lines = PlainRows.Lines(new MemoryStream(sample), PlainRows.LineEnd(sample))
            .Where(static line => line.AsSpan().Trim(" \t\r"u8).Length > 0)
            .Take(20)
            .ToList();
        if (first is [(byte)'[', ..])
            return lines.Count > 1 && IsWhole(lines[0]) ? Form.Lines : Form.Array;
        return first is not [(byte)'{', ..] || lines.Count == 1 || lines.Any(static line => line is [(byte)'{', ..] && IsWhole(line))
            ? Form.Lines
            : Form.Values;
    }

    private static bool IsWhole(byte[] line)
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

    private static IEnumerable<RawRow> Lines(Stream content, byte end) =>
        PlainRows.Lines(content, end).Index().Where(static line => line.Item.AsSpan().Trim(" \t\r"u8).Length > 0)
            .Select(static line => Row(line.Index + 1, line.Item));

    private static RawRow Row(long line, byte[] raw)
    {
        if (!System.Text.Unicode.Utf8.IsValid(raw))
            return new(line, raw, null, new(DeadLetterReasons.NotUtf8, "it is not UTF-8 (if the whole file is in another encoding, say --encoding)"));
        var json = RecordJson.WithoutLoneSurrogates(raw, out var replaced);
        try
        {
            using var document = JsonDocument.Parse(json);
            return new(line, raw, Fields(document.RootElement), null) { Note = replaced == 0 ? null : Half };
        }
        catch (JsonException e)
        {
            return new(line, raw, null, new(DeadLetterReasons.NotJson, $"it is not JSON: {e.Message.Split(" LineNumber:")[0].TrimEnd('.')}"));
        }
        catch (FormatException e)
        {
            return new(line, raw, null, new(DeadLetterReasons.BadField, e.Message));
        }
    }

    private static Dictionary<string, Cell> Fields(JsonElement root)
    {
        var fields = new Dictionary<string, Cell>();
        if (root.ValueKind == JsonValueKind.String)
            fields[PlainRows.Column] = new(root.GetString());
        else if (root.ValueKind == JsonValueKind.Object)
            Flatten(root, "", fields);
        else
            throw new FormatException($"an object was expected, not {root.ValueKind}");
        return fields;
    }

    /// <exception cref="FormatException">Two fields come to the same path.</exception>
    private static void Flatten(JsonElement json, string prefix, Dictionary<string, Cell> fields)
    {
        foreach (var property in json.EnumerateObject())
        {
            var name = prefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object)
                Flatten(property.Value, $"{name}.", fields);
            else if (!fields.TryAdd(name, Value(property.Value)))
                throw new FormatException($"two fields are named '{name}'");
        }
    }

    private static Cell Value(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => new(null),
        JsonValueKind.String => new(json.GetString()),
        JsonValueKind.Array => new(json.GetRawText(), IsArray: true),
        _ => new(json.GetRawText()),
    };
}
