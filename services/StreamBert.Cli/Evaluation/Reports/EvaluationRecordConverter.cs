using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using StreamBert.Contracts;

namespace StreamBert.Cli.Evaluation.Reports;

/// <summary>Converts an evaluation from and to one JSON object.</summary>
internal sealed class EvaluationRecordConverter : JsonConverter<EvaluationRecord>
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public override EvaluationRecord Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var json = JsonNode.Parse(ref reader) as JsonObject ?? throw new JsonException("an evaluation must be an object");
        var details = json.ContainsKey("calibration") ? json.Deserialize<EvaluationDetails>(Options) : null;
        return new(json.Deserialize<ClassificationReport>(Options)!, details);
    }

    public override void Write(Utf8JsonWriter writer, EvaluationRecord value, JsonSerializerOptions options)
    {
        var json = JsonSerializer.SerializeToNode(value.Report, Options)!.AsObject();
        if (value.Details is not null)
        {
            foreach (var (name, field) in JsonSerializer.SerializeToNode(value.Details, Options)!.AsObject())
                json[name] = field?.DeepClone();
        }
        json.WriteTo(writer, options);
    }
}
