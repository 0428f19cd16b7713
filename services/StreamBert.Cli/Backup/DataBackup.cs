using StreamBert.Cli.Errors;
using StreamBert.Cli.Settings;
using StreamBert.Contracts;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Hosting.Engines;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded.Backup;

namespace StreamBert.Cli.Backup;

/// <summary>
/// Backs up and restores a data directory: the log, the subject keys, the model packages and the settings. The state store is not included,
/// because it is rebuilt from the log.
/// </summary>
internal static class DataBackup
{
    private const string GivenSettingsFile = "given-settings.json";

    /// <summary>Backs up a data directory, also while <c>up</c> uses it.</summary>
    /// <param name="settings">A settings file in addition to those of the directory.</param>
    public static BackupManifest Create(string data, string target, string? settings, TimeProvider time)
    {
        var configuration = CommandSettings.Read(data, settings);
        RequireEmbeddedLog(data, configuration);
        RequireUnused(target);
        var (log, logCopy) = (Path.Combine(data, DataDirectory.Log), Path.Combine(target, DataDirectory.Log));
        PrivateFiles.CreateDirectory(logCopy);
        var createdAt = time.GetUtcNow();
        // The log is copied first: it refers only to models that exist at that time, and later models do not matter.
        var copy = LogBackup.Copy(log, logCopy, time);
        SubjectKeys.Copy(configuration["Privacy:Directory"]!, Path.Combine(target, DataDirectory.Keys));
        CopyDirectory(configuration["Models:Directory"]!, Path.Combine(target, DataDirectory.Models));
        CopyIfExists(Path.Combine(data, DataDirectory.SettingsFile), Path.Combine(target, DataDirectory.SettingsFile));
        CopyIfExists(settings, Path.Combine(target, GivenSettingsFile));
        var manifest = new BackupManifest(
            BackupManifest.CurrentFormat,
            typeof(DataBackup).Assembly.GetName().Version?.ToString(3) ?? "",
            createdAt,
            copy.Records,
            copy.Damaged,
            BackupManifest.ListFiles(target));
        manifest.Write(target);
        return manifest;
    }

    /// <summary>Restores a backup atomically into a directory that does not exist or is empty.</summary>
    public static BackupManifest Restore(string backup, string data)
    {
        RequireUnused(data);
        var manifest = BackupManifest.ReadVerified(backup);
        var work = $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(data))}.restoring";
        if (Directory.Exists(work))
            Directory.Delete(work, recursive: true);
        foreach (var file in manifest.Files)
            CopyFile(Path.Combine(backup, file.Path), Path.Combine(work, file.Path));
        if (!BackupManifest.ListFiles(work).SequenceEqual(manifest.Files))
            throw new IOException($"The files in '{work}' differ from what was written to them; the disk is failing.");
        if (Directory.Exists(data))
            Directory.Delete(data);
        Directory.Move(work, data);
        return manifest;
    }

    private static void RequireEmbeddedLog(string data, IConfiguration configuration)
    {
        if (EventLogFactory.ResolveEngine(configuration) != EventLogOptions.Embedded)
            throw new CliException("The log is Kafka; use its replication or mirroring. This command backs up the embedded log only.");
        if (!Directory.Exists(Path.Combine(data, DataDirectory.Log)))
            throw new CliException($"'{data}' contains no log; give the data directory of 'streambert up'.");
    }

    private static void RequireUnused(string directory)
    {
        if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()))
            throw new CliException($"'{directory}' is not empty; give a directory that does not exist or is empty.");
    }

    /// <summary>Copies a directory without unfinished packages and locks.</summary>
    private static void CopyDirectory(string from, string to)
    {
        if (!Directory.Exists(from))
            return;
        var files = Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(from, file));
        foreach (var file in files.Where(static file => !file.Split(Path.DirectorySeparatorChar).Any(IsExcluded)))
            CopyFile(Path.Combine(from, file), Path.Combine(to, file));
    }

    private static bool IsExcluded(string part) => part.StartsWith('.') || part.EndsWith(".partial", StringComparison.Ordinal);

    private static void CopyIfExists(string? from, string to)
    {
        if (File.Exists(from))
            CopyFile(from, to);
    }

    private static void CopyFile(string from, string to)
    {
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(to)!);
        using var source = RegularFile.Open(from);
        using var target = PrivateFiles.Open(to, FileMode.CreateNew);
        source.CopyTo(target);
        target.Flush(flushToDisk: true);
    }
}
