using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Settings;

/// <summary>
/// Checks that the certificates and keys that settings name, and that libraries open by their paths, are regular files: a pipe among them
/// would block the program for ever.
/// </summary>
public static partial class SettingsFileChecks
{
    /// <summary>Checks the files that settings name.</summary>
    /// <exception cref="ConfigurationException">A setting names a pipe, a device or a socket.</exception>
    internal static void Check(IConfiguration configuration)
    {
        foreach (var (key, value) in configuration.AsEnumerable())
        {
            if (value is { Length: > 0 } path && NamesFile().IsMatch(key) && File.Exists(path))
                Check(key, path);
        }
    }

    /// <summary>Checks the files that the framework's hosts read by themselves.</summary>
    /// <exception cref="ConfigurationException">One of them is a pipe, a device or a socket.</exception>
    internal static void CheckHostFiles()
    {
        foreach (var file in Directory.EnumerateFiles(Environment.CurrentDirectory, "appsettings*.json"))
            Check("settings", file);
    }

    /// <summary>Checks the files of a directory of secrets.</summary>
    /// <exception cref="ConfigurationException">The directory holds a pipe, a device or a socket.</exception>
    internal static void CheckSecrets(string directory)
    {
        if (Directory.Exists(directory))
        {
            foreach (var file in Directory.EnumerateFiles(directory))
                Check(directory, file);
        }
    }

    /// <summary>Checks a file.</summary>
    /// <exception cref="ConfigurationException">The file is a pipe, a device or a socket.</exception>
    /// <param name="setting">The setting that names the file.</param>
    public static void Check(string setting, string path)
    {
        try
        {
            RegularFile.Require(path);
        }
        catch (NotRegularFileException e)
        {
            throw new ConfigurationException($"{setting}: {e.Message}", e);
        }
    }

    [GeneratedRegex(
        "^(Redis:CaCertificate|SchemaRegistry:CaCertificate|Kafka:.*location|Kestrel:.*:(Path|KeyPath))$",
        RegexOptions.IgnoreCase)]
    private static partial Regex NamesFile();
}
