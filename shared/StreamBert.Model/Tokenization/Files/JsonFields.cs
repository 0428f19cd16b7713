using System.Text.Json;

namespace StreamBert.Model.Tokenization.Files;

/// <summary>Reads optional fields of JSON objects; a field that is null counts as absent.</summary>
internal static class JsonFields
{
    public static JsonElement? Find(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value : null;

    public static bool? FindFlag(this JsonElement parent, string name) => parent.Find(name)?.GetBoolean();

    public static string? FindText(this JsonElement parent, string name) => parent.Find(name)?.GetString();

    /// <exception cref="FormatException">The value is null.</exception>
    public static string RequireText(this JsonElement value) =>
        value.GetString() ?? throw new FormatException("a text is required, not null");
}
