using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamBert.Model.Checkpoints;

/// <summary>Reads the label names of a <c>config.json</c>.</summary>
internal static class LabelReader
{
    private const int MaxLabels = 10_000;

    /// <summary>Returns Hugging Face's names for labels without names.</summary>
    public static string[] CreateDefaultNames(int count) =>
        [.. Enumerable.Range(0, count).Select(static id => GetDefaultName(id.ToString(CultureInfo.InvariantCulture)))];

    /// <summary>
    /// Returns the label names in the order of their ids, which must be contiguous from 0; null if the file does not state them.
    /// </summary>
    public static IReadOnlyList<string>? Read(ConfigFields fields)
    {
        if (ReadNames(fields) is not { Count: > 0 } names) return ReadCount(fields) is { } count ? CreateDefaultNames(count) : null;
        var labels = new string[names.Count];
        foreach (var (id, label) in names)
        {
            if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= labels.Length
                || labels[index] is not null)
            {
                throw fields.Error($"id2label has the id '{id}'; the ids must run from 0 to {labels.Length - 1} without a gap");
            }

            labels[index] = label;
        }

        if (labels.Distinct(StringComparer.Ordinal).Count() != labels.Length) throw fields.Error("id2label gives two ids the same name");
        return labels;
    }

    private static int? ReadCount(ConfigFields fields) => fields.GetInteger("num_labels", fields.GetInteger("_num_labels", 0)) switch
    {
        0 => null,
        > 0 and <= MaxLabels and var count => count,
        var count => throw fields.Error($"num_labels is {count}; 1 to {MaxLabels} are supported"),
    };

    /// <summary>Reads the ids and names of <c>id2label</c>, or of <c>label2id</c> if the former is absent.</summary>
    private static List<(string Id, string Label)>? ReadNames(ConfigFields fields)
    {
        if (fields["id2label"] is JsonObject { Count: > 0 } names)
        {
            return [.. names.Select(pair => (pair.Key, ReadName(pair.Key, pair.Value, fields)))];
        }
        return fields["label2id"] is JsonObject ids
            ? [.. ids.Select(pair => (ToText(pair.Value, fields, $"label2id gives '{pair.Key}' no id"), pair.Key))]
            : null;
    }

    private static string ReadName(string id, JsonNode? name, ConfigFields fields) =>
        name is null ? GetDefaultName(id) : ToText(name, fields, $"id2label gives '{id}' no name");

    /// <summary>Returns a text, or a number as written.</summary>
    private static string ToText(JsonNode? node, ConfigFields fields, string problem) => node?.GetValueKind() switch
    {
        JsonValueKind.String => (string)node!,
        JsonValueKind.Number => node.ToJsonString(),
        _ => throw fields.Error(problem),
    };

    private static string GetDefaultName(string id) => $"LABEL_{id}";
}
