namespace StreamBert.Streaming.Hosting.Health;

/// <summary>Configures when a disk counts as nearly full. Bound from the section <c>Disk</c>.</summary>
public sealed class DiskOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Disk";

    /// <summary>Free bytes below which the process is degraded. Default: null, a twentieth of the disk and 64 MiB at most.</summary>
    public long? MinFreeBytes { get; set; }
}

/// <summary>Names a directory that this process writes to, besides the directory of the embedded log.</summary>
/// <param name="Path">The directory.</param>
public sealed record WatchedDirectory(string Path);
