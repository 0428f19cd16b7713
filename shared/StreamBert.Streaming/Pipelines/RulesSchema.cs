using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Pipelines;

/// <summary>
/// Exports the JSON schema (draft 2020-12) of the rules file from the types that read it, so that an editor completes keys and marks
/// faults.
/// </summary>
public static class RulesSchema
{
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    private static readonly JsonSchemaExporterOptions Exporter = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = static (at, node) => Complete(at, node),
    };

    /// <summary>Creates the schema.</summary>
    public static JsonNode Create()
    {
        var schema = RulesContext.File.GetJsonSchemaAsNode(Exporter).AsObject();
        schema.Insert(0, "$schema", Dialect);
        schema.Insert(1, "title", "Monitoring rules of StreamBert");
        return schema;
    }

    /// <summary>Returns the names of the values of an enumeration in JSON.</summary>
    internal static IEnumerable<string> NamesOf(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name);

    private static JsonNode Complete(JsonSchemaExporterContext at, JsonNode node)
    {
        if (node is not JsonObject schema)
            return node;
        if (schema.ContainsKey("properties"))
            schema["additionalProperties"] = false;
        if (at.PropertyInfo?.AttributeProvider is not MemberInfo member)
            return schema;
        if (member.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            schema["minimum"] = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
            schema["maximum"] = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        }
        if (member.Name == nameof(MonitorRules.Disabled))
            schema["items"]!["enum"] = JsonSerializer.SerializeToNode(AlertKinds.All, WireContext.Default.Options);
        return schema;
    }
}
