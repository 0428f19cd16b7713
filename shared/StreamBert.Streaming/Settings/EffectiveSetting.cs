namespace StreamBert.Streaming.Settings;

/// <summary>A setting that a source sets.</summary>
/// <param name="Key">The key, such as <c>Log:Partitions</c>.</param>
/// <param name="Value">The value; null if it is a secret or may contain one.</param>
/// <param name="Source">The file, or the environment variable.</param>
public sealed record EffectiveSetting(string Key, string? Value, string Source);
