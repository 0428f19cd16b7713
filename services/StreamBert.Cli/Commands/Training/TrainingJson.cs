using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.Contracts;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Describes the result of a training as JSON.</summary>
internal static class TrainingJson
{
    /// <summary>Describes a result with further members, and adds the reports as the log has them.</summary>
    public static JsonNode Create(object result, IEnumerable<ClassificationReport> reports)
    {
        var json = JsonSerializer.SerializeToNode(result, JsonSerializerOptions.Web)!;
        json["reports"] = new JsonArray([.. reports.Select(static report => JsonNode.Parse(Wire.ToJson(report)))]);
        return json;
    }
}
