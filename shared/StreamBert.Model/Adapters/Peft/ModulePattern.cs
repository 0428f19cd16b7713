using System.Text.Json.Nodes;

namespace StreamBert.Model.Adapters.Peft;

/// <summary>
/// Values of modules, as PEFT's <c>rank_pattern</c> and <c>alpha_pattern</c> state them: by the name of a module, or by its last parts.
/// </summary>
internal sealed class ModulePattern(IReadOnlyList<KeyValuePair<string, double>> values)
{
    public static readonly ModulePattern Empty = new([]);

    /// <summary>Whether no module has a value of its own.</summary>
    public bool IsEmpty => values.Count == 0;

    /// <summary>Returns the value of the first entry that matches a module; null if none does.</summary>
    public double? Find(string module) =>
        values.Where(entry => Matches(entry.Key, module)).Select(static entry => (double?)entry.Value).FirstOrDefault();

    public JsonObject ToJson() => new(values.Select(static entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)));

    /// <summary>Determines whether a name is that of a module, or its last parts.</summary>
    public static bool Matches(string name, string module) => module == name
        || (module.Length > name.Length && module[^(name.Length + 1)] == '.' && module.EndsWith(name, StringComparison.Ordinal));
}
