namespace StreamBert.Tests.Architecture.Settings;

/// <summary>A row of docs/settings.md.</summary>
internal sealed record SettingsRow(string Key, string Default, string Unit, string Meaning, string EnvironmentVariable);
