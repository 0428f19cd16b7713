using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.KeyPerFile;

namespace StreamBert.Streaming.Settings;

/// <summary>Lists the settings that the sources set, each from the source that decides.</summary>
public static class EffectiveSettings
{
    /// <summary>The source of settings that are derived from options of the command, or from other settings.</summary>
    public const string Derived = "set by the program";

    /// <summary>The source of the built-in pipelines.</summary>
    public const string BuiltIn = "built in";

    /// <summary>The source of settings in the directory of secrets.</summary>
    public const string SecretFile = "file of secrets";

    /// <summary>Reads all settings that have a value, sorted by key, without secrets.</summary>
    public static IReadOnlyList<EffectiveSetting> Read(IConfigurationRoot configuration) =>
    [
        .. configuration.AsEnumerable().Where(static setting => !string.IsNullOrEmpty(setting.Value))
            .Select(setting => Read(configuration, setting.Key, setting.Value!))
            .OrderBy(static setting => setting.Key, ConfigurationKeyComparer.Instance),
    ];

    private static EffectiveSetting Read(IConfigurationRoot configuration, string key, string value)
    {
        var source = SourceOf(configuration, key);
        return new(key, source == SecretFile ? null : SettingMask.Show(key, value), source);
    }

    private static string SourceOf(IConfigurationRoot configuration, string key) =>
        configuration.Providers.LastOrDefault(provider => provider.TryGet(key, out _)) switch
        {
            JsonConfigurationProvider { Source.Path: { Length: > 0 } path } => path,
            EnvironmentVariablesConfigurationProvider => "environment variable "
                + $"{SettingsSources.EnvironmentPrefix}{key.Replace(ConfigurationPath.KeyDelimiter, "__", StringComparison.Ordinal)}",
            JsonStreamConfigurationProvider => BuiltIn,
            KeyPerFileConfigurationProvider => SecretFile,
            CommandLineConfigurationProvider => "command line",
            _ => Derived,
        };
}
