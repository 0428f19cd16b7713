namespace StreamBert.Cli.Backup;

/// <summary>Summarizes a backup.</summary>
/// <param name="Directory">The directory that was written.</param>
/// <param name="CreatedAt">When the log was copied.</param>
/// <param name="Records">The number of records in the log.</param>
/// <param name="DamagedRecords">The number of records that were already damaged in the log.</param>
/// <param name="Files">The number of files.</param>
/// <param name="Bytes">Their size.</param>
internal sealed record BackupDescription(
    string Directory, DateTimeOffset CreatedAt, long Records, long DamagedRecords, int Files, long Bytes)
{
    public static BackupDescription Of(string directory, BackupManifest manifest) => new(
        directory, manifest.CreatedAt, manifest.Records, manifest.DamagedRecords, manifest.Files.Count,
        manifest.Files.Sum(static file => file.Bytes));
}
