namespace StreamBert.Cli.Backup;

/// <summary>Describes a file of a backup.</summary>
/// <param name="Path">The path relative to the backup, with forward slashes.</param>
internal sealed record BackupFile(string Path, long Bytes, string Sha256);
