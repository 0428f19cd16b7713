using System.Security.Cryptography;
using System.Text.Json;
using StreamBert.Cli.CommandLine;
using StreamBert.Contracts;
using StreamBert.Streaming.Files;

namespace StreamBert.Cli.Backup;

/// <summary>A file of a backup.</summary>
/// <param name="Path">Relative to the backup, with forward slashes.</param>
internal sealed record BackupFile(string Path, long Bytes, string Sha256);

/// <summary>What a backup consists of. It is written last, so a backup without one is not complete.</summary>
/// <param name="Format">Of backups; this program reads 1.</param>
/// <param name="At">When the log was copied.</param>
/// <param name="Records">Records in the log.</param>
/// <param name="Damaged">Those of them that were damaged in the log already.</param>
internal sealed record BackupManifest(
    int Format,
    string Version,
    DateTimeOffset At,
    long Records,
    long Damaged,
    IReadOnlyList<BackupFile> Files)
{
    public const string FileName = "manifest.json";
    public const int PresentFormat = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Every file below a directory, with its checksum.</summary>
    public static IReadOnlyList<BackupFile> FilesOf(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => Of(directory, file))];

    public void Write(string directory)
    {
        using var file = PrivateFiles.Open(Path.Combine(directory, FileName), FileMode.CreateNew);
        JsonSerializer.Serialize(file, this, Json);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Reads a backup's manifest and checks all its files.</summary>
    /// <exception cref="CliException">There is none, or a file is missing, damaged or too many.</exception>
    public static BackupManifest ReadVerified(string directory)
    {
        var manifest = Read(directory);
        if (manifest.Format != PresentFormat)
            throw new CliException($"'{directory}' is a backup of format {manifest.Format}; this program reads {PresentFormat}.");
        var present = Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(file => Relative(directory, file))
            .Where(static file => file != FileName)
            .ToHashSet();
        foreach (var file in manifest.Files)
        {
            if (!present.Remove(file.Path))
                throw new CliException($"The backup '{directory}' is not complete: '{file.Path}' is missing. Nothing was restored.");
            if (Of(directory, Path.Combine(directory, file.Path)) != file)
            {
                throw new CliException(
                    $"The backup '{directory}' is damaged: '{file.Path}' is not what was backed up. Nothing was restored.");
            }
        }
        return present.Count == 0 ? manifest : throw new CliException(
            $"The backup '{directory}' holds '{present.First()}', which its manifest does not name. Nothing was restored.");
    }

    private static BackupManifest Read(string directory)
    {
        var file = Path.Combine(directory, FileName);
        try
        {
            using var stream = RegularFile.Open(file);
            return JsonSerializer.Deserialize<BackupManifest>(stream, Json) is { Files: not null } manifest
                ? manifest
                : throw new JsonException("it is empty");
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException($"'{directory}' is no complete backup: {(e is JsonException ? $"its {FileName} cannot be read ({e.Message})" : $"it has no {FileName}, which 'streambert backup' writes last")}.", e);
        }
    }

    private static BackupFile Of(string directory, string path)
    {
        using var stream = RegularFile.Open(path);
        return new(Relative(directory, path), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    private static string Relative(string directory, string path)
        => Path.GetRelativePath(directory, path).Replace(Path.DirectorySeparatorChar, '/');
}
