using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.KeyPerFile;

namespace StreamBert.Streaming.Settings;

/// <summary>Lists the settings that the sources set, each from the source that decides.</summary>
public static partial class EffectiveSettings
{
    /// <summary>What is shown instead of a secret.</summary>
    public const string Redacted = "(set, not shown)";

    /// <summary>The source of settings that are derived from options of the command, or from other settings.</summary>
    public const string Derived = "derived";

    /// <summary>The source of settings in the directory of secrets.</summary>
    public const string SecretFile = "file of secrets";

    /// <summary>Reads all settings that have a value, sorted by key.</summary>
    public static IReadOnlyList<EffectiveSetting> Read(IConfigurationRoot configuration) =>
    [
        .. configuration.AsEnumerable().Where(static setting => !string.IsNullOrEmpty(setting.Value))
            .Select(setting => new EffectiveSetting(
                setting.Key,
                IsSecret(setting.Key, setting.Value!) ? Redacted : setting.Value!,
                SourceOf(configuration, setting.Key)))
            .OrderBy(static setting => setting.Key, ConfigurationKeyComparer.Instance),
    ];

    /// <summary>Whether a setting is a secret; the address of a receiver, such as that of a Slack channel, contains one.</summary>
    private static bool IsSecret(string key, string value) => Secrets.IsSecret(key, value) || ReceiverAddress().IsMatch(key);

    [GeneratedRegex(@"^Alerting:Receivers:\d+:Url$", RegexOptions.IgnoreCase)]
    private static partial Regex ReceiverAddress();

    private static string SourceOf(IConfigurationRoot configuration, string key) =>
        configuration.Providers.LastOrDefault(provider => provider.TryGet(key, out _)) switch
        {
            JsonConfigurationProvider { Source.Path: { Length: > 0 } path } => path,
            EnvironmentVariablesConfigurationProvider => "environment variable "
                + $"{SettingsSources.EnvironmentPrefix}{key.Replace(ConfigurationPath.KeyDelimiter, "__", StringComparison.Ordinal)}",
            KeyPerFileConfigurationProvider => SecretFile,
            CommandLineConfigurationProvider => "command line",
            _ => Derived,
        };
}
