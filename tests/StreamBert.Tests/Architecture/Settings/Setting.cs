namespace StreamBert.Tests.Architecture.Settings;

/// <summary>One setting of the product.</summary>
/// <param name="Key">The configuration key, such as <c>Log:Partitions</c>; <c>N</c> and <c>NAME</c> stand for an index and a name.</param>
/// <param name="Default">The default as it would be written in configuration; empty if the setting has none.</param>
internal sealed record Setting(string Key, string Default)
{
    public string EnvironmentVariable => $"STREAMBERT_{Key.Replace(":", "__", StringComparison.Ordinal)}";

    /// <summary>Formats the setting as the cells of its row.</summary>
    public override string ToString() => $"| `{Key}` | {(Default.Length == 0 ? "" : $"`{Default}`")} | | | `{EnvironmentVariable}` |";
}
