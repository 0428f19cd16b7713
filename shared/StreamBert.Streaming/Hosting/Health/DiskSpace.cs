namespace StreamBert.Streaming.Hosting.Health;

/// <summary>The size of a disk, in bytes.</summary>
internal readonly record struct DiskSpace(long Free, long Total)
{
    /// <summary>Measures the disk of a directory, which need not exist yet; null if the system does not tell.</summary>
    public static DiskSpace? Of(string directory)
    {
        try
        {
            while (!Directory.Exists(directory) && Path.GetDirectoryName(directory) is { } parent)
                directory = parent;
            var drive = new DriveInfo(directory);
            return new(drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
