using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>Generates the JSON serialization of the output of <c>classify</c>.</summary>
[JsonSerializable(typeof(ClassifiedLine))]
internal sealed partial class ClassifyJsonContext : JsonSerializerContext
{
    /// <summary>The context that does not escape non-ASCII text.</summary>
    public static ClassifyJsonContext Unescaped { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
