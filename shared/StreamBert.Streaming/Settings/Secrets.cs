using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;

namespace StreamBert.Streaming.Settings;

/// <summary>
/// Loads secrets from environment variables, or files of a mounted directory, each named as its setting (<c>Kafka__SaslPassword</c>)
/// and holding its value.
/// Never the command line, which every user of the machine can read.
/// </summary>
internal static class Secrets
{
    /// <summary>
    /// The environment variable that names the directory; without it <see cref="DefaultDirectory"/> is used if it exists.
    /// </summary>
    public const string DirectoryVariable = "STREAMBERT_SECRETS";
    private const string DefaultDirectory = "/run/secrets";
    private static readonly string[] Endings = ["password", "passphrase", "secret", "masterkey", "keypem", "routingkey", "token"];

    /// <param name="named">The directory that the variable names; null or empty: the default one.</param>
    /// <exception cref="ConfigurationException">It does not exist.</exception>
    public static void AddFiles(IConfigurationBuilder configuration, string? named)
    {
        if (!string.IsNullOrEmpty(named) && !Directory.Exists(named))
        {
            throw new ConfigurationException(
                $"{DirectoryVariable} is '{named}', and there is no such directory; mount the secrets there, or unset it.");
        }

        var directory = string.IsNullOrEmpty(named) ? DefaultDirectory : Path.GetFullPath(named);
        SettingsFileChecks.CheckSecrets(directory);
        configuration.AddKeyPerFile(directory, optional: true);
    }

    /// <exception cref="ConfigurationException">The arguments contain a secret.</exception>
    public static void RefuseIn(CommandLineConfigurationSource commandLine)
    {
        var given = new ConfigurationBuilder().Add(commandLine).Build().AsEnumerable();
        if (given.FirstOrDefault(static setting => IsSecret(setting.Key, setting.Value)).Key is { } secret)
        {
            throw new ConfigurationException(
                $"{secret} is on the command line, where every user of this machine can read it. Set "
                    + $"{SettingsSources.EnvironmentPrefix}{secret.Replace(":", "__", StringComparison.Ordinal)} "
                + $"in the environment, or put it into a file of that name (without the prefix) in the directory that "
                + $"{DirectoryVariable} names.");
        }
    }

    private static bool IsSecret(string key, string? value)
    {
        var name = key[(key.LastIndexOf(':') + 1)..].Replace(".", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal)
            .ToLowerInvariant();
        return value is not null && (name == "key" || Endings.Any(name.EndsWith)
            || value.Contains("password=", StringComparison.OrdinalIgnoreCase));
    }
}
