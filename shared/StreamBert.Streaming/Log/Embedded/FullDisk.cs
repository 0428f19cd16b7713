using Microsoft.Data.Sqlite;

namespace StreamBert.Streaming.Log.Embedded;

/// <summary>Tells a disk that takes no more from a fault: nothing of the step stands, and it can be tried again when there is space.</summary>
internal static class FullDisk
{
    /// <summary>SQLITE_FULL, and SQLITE_IOERR, which some file systems give for the same.</summary>
    private static readonly int[] Codes = [13, 10];

    /// <returns>A <see cref="LogUnavailableException"/> if the disk is the reason, else the exception itself.</returns>
    public static Exception Named(Exception e) => e is SqliteException { SqliteErrorCode: var code } && Codes.Contains(code)
        ? new LogUnavailableException($"The embedded log cannot be written: {e.Message} Nothing was lost; free space on its disk, lower Log:MaxBytes or raise Log:MaxFileBytes, and it goes on by itself.", e)
        : e;
}
