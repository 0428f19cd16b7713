using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Pipelines;

/// <summary>The content of a rules file: the rules of each pipeline that it names.</summary>
public sealed record RulesDocument
{
    /// <summary>The JSON schema of the file, for editors; it has no effect.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>The rules by pipeline. They replace the rules of the configuration completely.</summary>
    public required IReadOnlyDictionary<string, MonitorRules> Pipelines { get; init; }
}

/// <summary>Contains the JSON of rules files: camelCase, with comments and trailing commas.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(RulesDocument))]
internal sealed partial class RulesContext : JsonSerializerContext
{
    /// <summary>Reads and writes a rules file.</summary>
    public static JsonTypeInfo<RulesDocument> File => Default.RulesDocument;

    /// <summary>Reads and writes the rules of one pipeline.</summary>
    public static JsonTypeInfo<MonitorRules> Rules => Default.MonitorRules;
}
