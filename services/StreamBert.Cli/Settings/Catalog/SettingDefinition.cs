namespace StreamBert.Cli.Settings.Catalog;

/// <summary>One setting of the product.</summary>
/// <param name="Key">The configuration key, such as <c>Log:Partitions</c>; <c>N</c> and <c>NAME</c> stand for an index and a name.</param>
/// <param name="Type">The type of its value.</param>
/// <param name="Default">The default as it would be written in configuration; empty if the setting has none.</param>
internal sealed record SettingDefinition(string Key, Type Type, string Default);
