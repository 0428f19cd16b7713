using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace StreamBert.Model.Checkpoints;

/// <summary>The fields of a <c>config.json</c>; errors name the file and the field.</summary>
internal sealed class ConfigFields(string path, JsonObject json)
{
    public JsonNode? this[string name] => json[name];

    public ModelPackageException Error(string problem) => new($"{path}: {problem}.");

    public int GetInteger(string name, int? fallback = null) => (int)GetNumber(name, fallback);

    public double GetNumber(string name, double? fallback) => json[name] switch
    {
        null => fallback ?? throw Error($"{name} is missing"),
        JsonValue value when value.TryGetValue(out double number) && Math.Abs(number) < int.MaxValue => number,
        _ => throw Error($"{name} is not a number in range"),
    };

    [return: NotNullIfNotNull(nameof(fallback))]
    public string? GetText(string name, string? fallback) => json[name] switch
    {
        null => fallback,
        JsonValue value when value.TryGetValue(out string? text) => text,
        _ => throw Error($"{name} is not a text"),
    };

    public bool GetFlag(string name) => json[name] is JsonValue value && value.TryGetValue(out bool flag) && flag;

    /// <summary>Returns the first text of a list, or the text itself; empty if the field is absent.</summary>
    public string GetFirstText(string name)
    {
        var node = json[name] is JsonArray { Count: > 0 } array ? array[0] : json[name];
        return node is JsonValue value && value.TryGetValue(out string? text) ? text : "";
    }
}
