using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.FileProviders;
using StreamBert.Streaming.Settings;

namespace StreamBert.Gateway.Security.Keys;

/// <summary>
/// Takes keys in and out while the process runs: it looks at the files of the settings and of the mounted secrets again and again and, when
/// one has changed,
/// reads <c>Gateway:ApiKeys</c> anew. The contents are compared and not times, because a mounted secret changes by a link that is turned.
/// </summary>
internal sealed class ApiKeyReloader(
    IConfigurationManager configuration,
    ApiKeys keys,
    TimeProvider time,
    ILogger<ApiKeyReloader> logger) : BackgroundService
{
    /// <summary>A key that was taken out of a file is refused after this time at the latest.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Whether people and programs have to say who they are: that is decided at the start.</summary>
    private readonly bool _authenticates = SecuritySettings.Authenticates(configuration);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var known = Fingerprint();
        using var timer = new PeriodicTimer(Period, time);
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
            if (!_authenticates && given.Count > 0)
            {
                logger.LogWarning(
                    "Gateway:ApiKeys has been set, but this process was started without sign-in and lets everybody in; restart it");
            }

            if (_authenticates && keys.Replace(given) is { Count: > 0 } ended)
            {
                logger.LogInformation(
                    "The API keys {Names} have been taken out or changed; what was done with them has ended",
                    string.Join(", ", ended));
            }
        }
        catch (Exception e) when (e is ConfigurationException or IOException or UnauthorizedAccessException)
        {
            logger.LogError(
                "The settings have changed and cannot be read; the API keys stay as they were until they can: {Reason}",
                e.Message);
        }
    }

    /// <exception cref="ConfigurationException">It is a file that is no JSON.</exception>
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

    /// <returns>A digest of all that the files hold; null: one could not be read now.</returns>
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
