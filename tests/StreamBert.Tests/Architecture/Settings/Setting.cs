using StreamBert.Cli.Settings.Catalog;

namespace StreamBert.Tests.Architecture.Settings;

/// <summary>One setting of the product, as its row states it.</summary>
internal sealed record Setting(string Key, string Default)
{
    public Setting(SettingDefinition definition)
        : this(definition.Key, definition.Default)
    {
    }

    public string EnvironmentVariable => $"STREAMBERT_{Key.Replace(":", "__", StringComparison.Ordinal)}";

    /// <summary>Formats the setting as the cells of its row.</summary>
    public override string ToString() => $"| `{Key}` | {(Default.Length == 0 ? "" : $"`{Default}`")} | | | `{EnvironmentVariable}` |";
}
