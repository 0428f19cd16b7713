using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Settings;

/// <summary>
/// The certificates and keys that settings name and that libraries open by their paths: a pipe among them would hold the program up for
/// ever.
/// </summary>
public static partial class SettingsFiles
{
    /// <exception cref="ConfigurationException">A setting names a pipe, a device or a socket.</exception>
    public static void Check(IConfiguration configuration)
    {
        foreach (var (key, value) in configuration.AsEnumerable())
        {
            if (value is { Length: > 0 } path && NamesFile().IsMatch(key) && File.Exists(path))
                Check(key, path);
        }
    }

    /// <summary>The files that the framework's hosts read by themselves.</summary>
    /// <exception cref="ConfigurationException">One of them is a pipe, a device or a socket.</exception>
    public static void CheckOwn()
    {
        foreach (var file in Directory.EnumerateFiles(Environment.CurrentDirectory, "appsettings*.json"))
            Check("settings", file);
    }

    /// <exception cref="ConfigurationException">The directory holds a pipe, a device or a socket.</exception>
    public static void CheckSecrets(string directory)
    {
        if (Directory.Exists(directory))
        {
            foreach (var file in Directory.EnumerateFiles(directory))
                Check(directory, file);
        }
    }

    /// <exception cref="ConfigurationException">The file is a pipe, a device or a socket.</exception>
    /// <param name="what">The setting that leads to it.</param>
    public static void Check(string what, string path)
    {
        try
        {
            RegularFile.Require(path);
        }
        catch (NotRegularFileException e)
        {
            throw new ConfigurationException($"{what}: {e.Message}", e);
        }
    }

    [GeneratedRegex(
        "^(Redis:CaCertificate|SchemaRegistry:CaCertificate|Kafka:.*location|Kestrel:.*:(Path|KeyPath))$",
        RegexOptions.IgnoreCase)]
    private static partial Regex NamesFile();
}
