using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.Contracts;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>One value of monitoring rules.</summary>
/// <param name="Key">The key, such as <c>labels[0].minimumRatio</c>.</param>
/// <param name="Value">The value as text.</param>
/// <param name="IsDefault">Whether rules that set nothing have the same value.</param>
public sealed record RuleValue(string Key, string Value, bool IsDefault)
{
    /// <summary>The part of the rules: the key up to its first dot or bracket.</summary>
    public string Section => Key.Split('.', '[')[0];
}

/// <summary>Formats monitoring rules for people: as JSON, as values by key, and as the changes between two of them.</summary>
internal static class RulesText
{
    private static readonly JsonSerializerOptions Indented = new(Wire.Options) { WriteIndented = true };
    private static readonly Dictionary<string, string> Defaults = Flatten(new());

    /// <summary>Formats rules as JSON that the editor and <c>PUT /v1/rules</c> read.</summary>
    public static string Json(MonitorRules rules) => JsonSerializer.Serialize(rules, Indented);

    /// <summary>Lists the values by key; empty lists are values, too.</summary>
    public static IReadOnlyList<RuleValue> Values(MonitorRules rules) =>
    [
        .. Flatten(rules).Select(static value =>
            new RuleValue(value.Key, value.Value, Defaults.GetValueOrDefault(value.Key) == value.Value)),
    ];

    /// <summary>Describes what differs, one sentence for each value; empty if the rules are the same.</summary>
    public static IReadOnlyList<string> Changes(MonitorRules before, MonitorRules after)
    {
        var (old, changed) = (Flatten(before), Flatten(after));
        return
        [
            .. changed.Where(value => old.GetValueOrDefault(value.Key) != value.Value)
                .Select(value => $"{value.Key}: {old.GetValueOrDefault(value.Key) ?? L["not set"]} → {value.Value}"),
            .. old.Where(value => !changed.ContainsKey(value.Key)).Select(static value => $"{value.Key}: {value.Value} → {L["not set"]}"),
        ];
    }

    private static Dictionary<string, string> Flatten(MonitorRules rules)
    {
        Dictionary<string, string> values = [];
        Add(values, "", JsonSerializer.SerializeToNode(rules, Wire.Options));
        return values;
    }

    private static void Add(Dictionary<string, string> values, string key, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject parts:
                foreach (var (name, part) in parts)
                    Add(values, key.Length == 0 ? name : $"{key}.{name}", part);
                break;
            case JsonArray { Count: > 0 } items when items[0] is JsonObject:
                for (var index = 0; index < items.Count; index++)
                    Add(values, $"{key}[{index}]", items[index]);
                break;
            case JsonArray items:
                values[key] = items.Count == 0 ? "none" : string.Join(", ", items.Select(static item => item?.ToString()));
                break;
            default:
                values[key] = node?.ToString() ?? "none";
                break;
        }
    }
}
