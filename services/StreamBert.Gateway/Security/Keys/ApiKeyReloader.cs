using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.FileProviders;
using StreamBert.Streaming.Settings;

namespace StreamBert.Gateway.Security.Keys;

/// <summary>
/// Reloads <c>Gateway:ApiKeys</c> when a settings file or a mounted secret changes. It compares contents, not times, because a mounted
/// secret changes by a symbolic link.
/// </summary>
internal sealed class ApiKeyReloader(
    IConfigurationManager configuration,
    ApiKeys keys,
    TimeProvider time,
    ILogger<ApiKeyReloader> logger) : BackgroundService
{
    /// <summary>The polling interval, which is the time after which a removed key is rejected.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>Whether clients must authenticate, which is decided at the start.</summary>
    private readonly bool _requiresAuthentication = SecuritySettings.RequiresAuthentication(configuration);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var known = Fingerprint();
        using var timer = new PeriodicTimer(PollInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (Fingerprint() is not { } now || now == known) continue;
            Reload();
            known = now;
        }
    }

    private void Reload()
    {
        try
        {
            foreach (var provider in ((IConfigurationRoot)configuration).Providers
                .Where(static provider => provider is FileConfigurationProvider or KeyPerFileConfigurationProvider))
            {
                Load(provider);
            }

            var given = SecuritySettings.ReadKeys(configuration);
            if (!_requiresAuthentication && given.Count > 0)
            {
                logger.LogWarning(
                    "Gateway:ApiKeys was set, but this process was started without authentication and accepts every client; restart it");
            }

            if (_requiresAuthentication && keys.Replace(given) is { Count: > 0 } ended)
            {
                logger.LogInformation(
                    "The API keys {Names} were removed or changed; their sessions and connections have ended",
                    string.Join(", ", ended));
            }
        }
        catch (Exception e) when (e is ConfigurationException or IOException or UnauthorizedAccessException)
        {
            logger.LogError(
                "The changed settings cannot be read; the API keys stay unchanged until they can be read: {Reason}",
                e.Message);
        }
    }

    /// <exception cref="ConfigurationException">The file is not valid JSON.</exception>
    private static void Load(IConfigurationProvider provider)
    {
        try
        {
            provider.Load();
        }
        catch (InvalidDataException e)
        {
            throw new ConfigurationException(
                $"{(provider as FileConfigurationProvider)?.Source.Path}: {e.InnerException?.Message ?? e.Message}",
                e);
        }
    }

    /// <returns>A digest of the contents of all files; null if one could not be read.</returns>
    private string? Fingerprint()
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var file in Files())
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"\0{file.Name}\0"));
                if (!file.Exists) continue;
                using var content = file.CreateReadStream();
                hash.AppendData(SHA256.HashData(content));
            }
            return Convert.ToHexString(hash.GetHashAndReset());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private IEnumerable<IFileInfo> Files() => configuration.Sources.SelectMany(static source => source switch
    {
        FileConfigurationSource { FileProvider: SettingsFile file } => [Refreshed(file)],
        FileConfigurationSource { FileProvider: { } folder, Path: { } path } => [folder.GetFileInfo(path)],
        KeyPerFileConfigurationSource { FileProvider: { } folder } => folder.GetDirectoryContents("/")
            .Where(static file => !file.IsDirectory)
            .OrderBy(static file => file.Name, StringComparer.Ordinal),
        _ => Enumerable.Empty<IFileInfo>(),
    });

    private static SettingsFile Refreshed(SettingsFile file)
    {
        file.Refresh();
        return file;
    }
}
