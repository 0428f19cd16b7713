using System.Globalization;
using System.Text.Json.Nodes;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Cli.Settings.Catalog;

/// <summary>Creates the JSON schema (draft 2020-12) of settings files, so that an editor completes keys and marks faults.</summary>
internal static class SettingsSchema
{
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";
    private const string TimePattern = @"^-?(\d+\.)?\d{1,2}:\d{2}(:\d{2}(\.\d{1,7})?)?$";

    public static JsonObject Create()
    {
        var schema = CreateSection(SettingNode.Root);
        // Sections of the framework, such as Logging and Kestrel, and the settings of Kafka's client have schemas of their own.
        schema.Remove("additionalProperties");
        schema["properties"]!.AsObject()[KafkaSettings.Section] = new JsonObject { ["type"] = "object" };
        schema.Insert(0, "$schema", Dialect);
        schema.Insert(1, "title", "Settings of StreamBert");
        return schema;
    }

    private static JsonObject CreateNode(SettingNode node) => node switch
    {
        { Setting: { } setting } => CreateSetting(setting),
        { Item: { } item } => new() { ["type"] = "array", ["items"] = CreateNode(item) },
        { Named: { } named } => new() { ["type"] = "object", ["additionalProperties"] = CreateNode(named) },
        _ => CreateSection(node),
    };

    private static JsonObject CreateSection(SettingNode node) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(
            node.Children.Select(static child => KeyValuePair.Create<string, JsonNode?>(child.Key, CreateNode(child.Value)))),
        ["additionalProperties"] = false,
    };

    private static JsonObject CreateSetting(SettingDefinition setting)
    {
        var type = Nullable.GetUnderlyingType(setting.Type) ?? setting.Type;
        var schema = CreateType(type);
        if (SettingMeanings.Of(setting) is { Length: > 0 } meaning)
            schema["description"] = meaning;
        var isItem = setting.Key.EndsWith($":{SettingsCatalog.Index}", StringComparison.Ordinal);
        if (setting.Default.Length > 0 && !isItem)
            schema["default"] = CreateDefault(type, setting.Default);
        return schema;
    }

    private static JsonObject CreateType(Type type)
    {
        if (type.IsEnum)
            return new() { ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(static name => JsonValue.Create(name))]) };
        if (type == typeof(TimeSpan))
            return new() { ["type"] = "string", ["pattern"] = TimePattern };
        return new() { ["type"] = IsInteger(type) ? "integer" : IsNumber(type) ? "number" : type == typeof(bool) ? "boolean" : "string" };
    }

    private static JsonValue CreateDefault(Type type, string value) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => JsonValue.Create(bool.Parse(value)),
        _ when type.IsEnum => JsonValue.Create(value),
        _ when IsInteger(type) => JsonValue.Create(long.Parse(value, CultureInfo.InvariantCulture)),
        _ when IsNumber(type) => JsonValue.Create(double.Parse(value, CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(value),
    };

    private static bool IsInteger(Type type) => !type.IsEnum && Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.UInt64;

    private static bool IsNumber(Type type) => Type.GetTypeCode(type) is TypeCode.Single or TypeCode.Double or TypeCode.Decimal;
}
