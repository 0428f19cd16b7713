using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StreamBert.Contracts;

namespace StreamBert.Model.Packages;

/// <summary>JSON files of a package.</summary>
internal static class PackageJson
{
    private const long MaxBytes = 64 * 1024 * 1024;

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        AllowDuplicateProperties = false,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver().WithAddedModifier(StrictJson.RejectNulls),
        Converters = { StrictJson.Finite[0], StrictJson.Finite[1] },
    };

    /// <exception cref="ModelPackageException">The file is missing, too large, or not such JSON.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            using var stream = new MemoryStream(RegularFile.Bytes(path, MaxBytes));
            var node = JsonNode.Parse(stream, documentOptions: new() { AllowDuplicateProperties = false })
                ?? throw new JsonException("the file holds null");
            if (typeof(T) != typeof(JsonObject)) RemoveNulls(node);
            return node.Deserialize<T>(Options)!;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            throw new ModelPackageException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>A property that is null is one the file does not speak of; a null in a list stays what it is.</summary>
    private static void RemoveNulls(JsonNode node)
    {
        if (node is JsonObject entries)
        {
            foreach (var name in entries.Where(static entry => entry.Value is null).Select(static entry => entry.Key).ToList())
                entries.Remove(name);
        }

        foreach (var child in node is JsonObject rest ? rest.Select(static entry => entry.Value) : node as JsonArray ?? [])
            if (child is not null) RemoveNulls(child);
    }

    public static void Write<T>(string path, T value) => File.WriteAllText(path, JsonSerializer.Serialize(value, Options) + "\n");
}
