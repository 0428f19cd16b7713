using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Hosting;
using StreamBert.Contracts;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Hosting.Engines;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded.Backup;

namespace StreamBert.Cli.Backup;

/// <summary>
/// A data directory as a backup: the log, the subject keys, the model packages and the settings. The state store is left out: it is rebuilt
/// from the log.
/// </summary>
internal static class DataBackup
{
    private const string Log = "log", Keys = "keys", Models = "models", Settings = "appsettings.json";

    /// <summary>Backs up a data directory, also while <c>up</c> works on it.</summary>
    /// <param name="settings">A file of settings beside those of the directory.</param>
    public static BackupManifest Create(string data, string target, string? settings, TimeProvider time)
    {
        var configuration = CommandSettings.Read(data, settings);
        if (EventLogFactory.ResolveEngine(configuration) != EventLogOptions.Embedded)
        {
            throw new CliException(
                "The log is Kafka, which has backups of its own (replication, mirroring); this one is for the embedded log.");
        }

        if (!Directory.Exists(Path.Combine(data, Log)))
            throw new CliException($"'{data}' holds no log; give the directory that 'streambert up' uses.");
        RefuseUsed(target);
        PrivateFiles.CreateDirectory(Path.Combine(target, Log));
        var at = time.GetUtcNow();
        // The log first: it names only models that are there by then, and what comes later is not missed.
        var copy = LogBackup.Copy(Path.Combine(data, Log), Path.Combine(target, Log), time);
        SubjectKeys.Copy(configuration["Privacy:Directory"]!, Path.Combine(target, Keys));
        CopyDirectory(configuration["Models:Directory"]!, Path.Combine(target, Models));
        foreach (var (file, name) in new[] { (Path.Combine(data, Settings), Settings), (settings, "given-settings.json") })
        {
            if (File.Exists(file))
                CopyFile(file, Path.Combine(target, name));
        }

        var manifest = new BackupManifest(
            BackupManifest.PresentFormat, typeof(DataBackup).Assembly.GetName().Version?.ToString(3) ?? "", at, copy.Records, copy
                .Damaged, BackupManifest.FilesOf(target));
        manifest.Write(target);
        return manifest;
    }

    /// <summary>Puts a backup into a directory that is not there or empty, as a whole or not at all.</summary>
    public static BackupManifest Restore(string backup, string data)
    {
        RefuseUsed(data);
        var manifest = BackupManifest.ReadVerified(backup);
        var work = $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(data))}.restoring";
        if (Directory.Exists(work))
            Directory.Delete(work, recursive: true);
        foreach (var file in manifest.Files)
            CopyFile(Path.Combine(backup, file.Path), Path.Combine(work, file.Path));
        if (!BackupManifest.FilesOf(work).SequenceEqual(manifest.Files))
            throw new IOException($"'{work}' does not hold what was written to it; the disk fails.");
        if (Directory.Exists(data))
            Directory.Delete(data);
        Directory.Move(work, data);
        return manifest;
    }

    private static void RefuseUsed(string directory)
    {
        if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()))
            throw new CliException($"'{directory}' is not empty; give a directory that does not exist or is empty.");
    }

    /// <summary>What is not finished, and locks, are left out.</summary>
    private static void CopyDirectory(string from, string to)
    {
        if (!Directory.Exists(from))
            return;
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(from, file)))
        {
            if (!file.Split(Path.DirectorySeparatorChar)
                .Any(static part => part.StartsWith('.') || part.EndsWith(".partial", StringComparison.Ordinal)))
            {
                CopyFile(Path.Combine(from, file), Path.Combine(to, file));
            }
        }
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
