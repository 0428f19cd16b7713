using System.Text.Json.Serialization;

namespace StreamBert.Cli.Replay.Progress;

/// <summary>Generates the JSON serialization of replay progress.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ReplayProgress))]
[JsonSerializable(typeof(RunFigures))]
internal sealed partial class ReplayJsonContext : JsonSerializerContext;
