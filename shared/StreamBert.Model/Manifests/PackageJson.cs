using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StreamBert.Contracts;

namespace StreamBert.Model.Manifests;

/// <summary>Reads and writes the JSON files of packages.</summary>
internal static class PackageJson
{
    private const long MaxBytes = 64 * 1024 * 1024;

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        AllowDuplicateProperties = false,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver().WithAddedModifier(StrictJson.RejectNulls),
        Converters = { StrictJson.Finite[0], StrictJson.Finite[1] },
    };

    private static readonly JsonSerializerOptions Compact = new(Options) { WriteIndented = false };

    /// <exception cref="ModelPackageException">The file is missing, too large, or not JSON of this type.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            using var stream = new MemoryStream(RegularFile.Bytes(path, MaxBytes));
            var node = JsonNode.Parse(stream, documentOptions: new() { AllowDuplicateProperties = false })
                ?? throw new JsonException("the file contains null");
            if (typeof(T) != typeof(JsonObject)) RemoveNulls(node);
            return node.Deserialize<T>(Options)!;
        }
        catch (Exception e) when (
            e is JsonException or IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            throw new ModelPackageException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads a file with a JSON object on each line.</summary>
    /// <exception cref="ModelPackageException">The file is too large, or a line is not JSON of this type; the message names it.</exception>
    public static IReadOnlyList<T> ReadLines<T>(string path)
    {
        var items = new List<T>();
        try
        {
            foreach (var line in RegularFile.Lines(path, MaxBytes))
                items.Add(JsonSerializer.Deserialize<T>(line, Options) ?? throw new JsonException("the line is null"));
            return items;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ModelPackageException($"{path}, line {items.Count + 1}: {e.Message}", e);
        }
    }

    /// <summary>Writes a JSON object on each line.</summary>
    public static void WriteLines<T>(string path, IEnumerable<T> items) =>
        File.WriteAllText(path, string.Concat(items.Select(static item => JsonSerializer.Serialize(item, Compact) + "\n")));

    public static void Write<T>(string path, T value) => File.WriteAllText(path, JsonSerializer.Serialize(value, Options) + "\n");

    /// <summary>Writes JSON on one line, for files with long lists of numbers.</summary>
    public static void WriteCompact<T>(string path, T value) =>
        File.WriteAllText(path, JsonSerializer.Serialize(value, Compact) + "\n");

    /// <summary>Removes properties that are null, which count as absent; nulls in lists are kept.</summary>
    private static void RemoveNulls(JsonNode node)
    {
        if (node is JsonObject properties)
        {
            var nulls = properties.Where(static property => property.Value is null).Select(static property => property.Key).ToList();
            foreach (var name in nulls) properties.Remove(name);
        }

        var children = node is JsonObject rest ? rest.Select(static property => property.Value) : node as JsonArray ?? [];
        foreach (var child in children)
        {
            if (child is not null) RemoveNulls(child);
        }
    }
}
