using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Streaming.Files;

namespace StreamBert.Cli.Backup;

/// <summary>Lists the content of a backup. It is written last, so a backup without a manifest is incomplete.</summary>
/// <param name="Format">The version of the backup format.</param>
/// <param name="CreatedAt">When the log was copied.</param>
/// <param name="Records">The number of records in the log.</param>
/// <param name="DamagedRecords">The number of records that were already damaged in the log.</param>
internal sealed record BackupManifest(
    int Format,
    string Version,
    [property: JsonPropertyName("at")] DateTimeOffset CreatedAt,
    long Records,
    [property: JsonPropertyName("damaged")] long DamagedRecords,
    IReadOnlyList<BackupFile> Files)
{
    public const string FileName = "manifest.json";
    public const int CurrentFormat = 1;

    private const string NothingRestored = "Nothing was restored.";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Lists every file in a directory with its checksum.</summary>
    public static IReadOnlyList<BackupFile> ListFiles(string directory) =>
    [
        .. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => Describe(directory, file)),
    ];

    public void Write(string directory)
    {
        using var file = PrivateFiles.Open(Path.Combine(directory, FileName), FileMode.CreateNew);
        JsonSerializer.Serialize(file, this, Json);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Reads the manifest of a backup and verifies all its files.</summary>
    /// <exception cref="CliException">The manifest is missing, or a file is missing, damaged or not in the manifest.</exception>
    public static BackupManifest ReadVerified(string directory)
    {
        var manifest = Read(directory);
        if (manifest.Format != CurrentFormat)
            throw new CliException($"'{directory}' is a backup of format {manifest.Format}; this program supports format {CurrentFormat}.");
        var unlisted = Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Select(file => GetRelativePath(directory, file))
            .Where(static file => file != FileName)
            .ToHashSet();
        foreach (var file in manifest.Files)
        {
            if (!unlisted.Remove(file.Path))
                throw new CliException($"The backup '{directory}' is incomplete: '{file.Path}' is missing. {NothingRestored}");
            if (Describe(directory, Path.Combine(directory, file.Path)) != file)
                throw new CliException($"The backup '{directory}' is damaged: the checksum of '{file.Path}' is wrong. {NothingRestored}");
        }
        return unlisted.Count == 0
            ? manifest
            : throw new CliException($"The backup '{directory}' contains '{unlisted.First()}', which its manifest does not list. "
                + $"{NothingRestored}");
    }

    private static BackupManifest Read(string directory)
    {
        try
        {
            using var stream = RegularFile.Open(Path.Combine(directory, FileName));
            return JsonSerializer.Deserialize<BackupManifest>(stream, Json) is { Files: not null } manifest
                ? manifest
                : throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new CliException($"'{directory}' is not a complete backup: its {FileName} cannot be read ({e.Message}).", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException($"'{directory}' is not a complete backup: it has no {FileName}, which 'streambert backup' writes "
                + "last.", e);
        }
    }

    private static BackupFile Describe(string directory, string path)
    {
        using var stream = RegularFile.Open(path);
        return new(GetRelativePath(directory, path), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    private static string GetRelativePath(string directory, string path) =>
        Path.GetRelativePath(directory, path).Replace(Path.DirectorySeparatorChar, '/');
}
