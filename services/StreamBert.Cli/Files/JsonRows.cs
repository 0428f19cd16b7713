using System.Text.Json;

namespace StreamBert.Cli.Files;

/// <summary>JSON Lines: an object a line. Nested fields become dotted paths; arrays stay JSON; empty lines are skipped.</summary>
internal static class JsonRows
{
    public static IEnumerable<(byte[] Raw, IReadOnlyDictionary<string, string>? Fields, string? Fault)> Read(Stream content) =>
        PlainRows.Lines(content).Where(static line => line.AsSpan().Trim(" \t\r"u8).Length > 0).Select(Row);

    private static (byte[] Raw, IReadOnlyDictionary<string, string>? Fields, string? Fault) Row(byte[] line)
    {
        try
        {
            return (line, Parse(line), null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: a broken surrogate escape
        {
            return (line, null, e.Message);
        }
    }

    private static Dictionary<string, string> Parse(byte[] line)
    {
        using var document = JsonDocument.Parse(line);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new JsonException($"an object was expected, not {document.RootElement.ValueKind}");
        var fields = new Dictionary<string, string>();
        Flatten(document.RootElement, "", fields);
        return fields;
    }

    private static void Flatten(JsonElement json, string prefix, Dictionary<string, string> fields)
    {
        foreach (var property in json.EnumerateObject())
        {
            var name = prefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object)
                Flatten(property.Value, $"{name}.", fields);
            else if (property.Value.ValueKind != JsonValueKind.Null)
                fields[name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
        }
    }
}
