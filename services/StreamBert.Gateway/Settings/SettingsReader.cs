using StreamBert.Gateway.Security.Keys;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Settings;

namespace StreamBert.Gateway.Settings;

/// <summary>Reads which settings of this process are set and where, without secrets. What is not set has its default.</summary>
internal sealed class SettingsReader(IConfiguration configuration, ApiKeys keys)
{
    /// <summary>The sections of StreamBert; the environment contains much that is no setting.</summary>
    private static readonly HashSet<string> Sections = new(StringComparer.OrdinalIgnoreCase)
    {
        "AlertLinks", "Alerting", "AllowedHosts", "Client", "Disk", "Gateway", "Inference", "Kafka", "Kestrel", "Limits", "Log", "Logging",
        "Metrics", "Models", "Monitoring", "OTEL_EXPORTER_OTLP_ENDPOINT", PipelineCatalog.Section, "Privacy", "Projection", "Redis",
        "SchemaRegistry", "Training",
    };

    /// <summary>Lists the settings by key. The API keys and the built-in pipelines are not among them.</summary>
    public IReadOnlyList<EffectiveSetting> List() => configuration is not IConfigurationRoot root
        ? []
        : [.. EffectiveSettings.Read(root).Where(static setting => Sections.Contains(SectionOf(setting)) && !IsLeftOut(setting))];

    /// <summary>Lists the API keys that are accepted now, by name, with their roles.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<string> Roles)> ListKeys() => keys.List();

    /// <summary>Returns the section: the key up to its first colon.</summary>
    public static string SectionOf(EffectiveSetting setting) => setting.Key.Split(ConfigurationPath.KeyDelimiter, 2)[0];

    private static bool IsLeftOut(EffectiveSetting setting) =>
        setting.Key.StartsWith("Gateway:ApiKeys:", StringComparison.OrdinalIgnoreCase)
        || setting.Source == EffectiveSettings.BuiltIn;
}
