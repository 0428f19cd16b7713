using Microsoft.Data.Sqlite;

namespace StreamBert.Streaming.Log.Embedded.Files;

/// <summary>
/// Translates exceptions of SQLite and of the file system into ones that say which file is affected, what that means and what to do.
/// </summary>
internal static class LogErrors
{
    private const int ErrorCode = 1, Busy = 5, Locked = 6, ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, TooBig
        = 18, Mismatch = 20, NotADatabase = 26, PrimaryKeyTaken = 1555, ShortRead = 522;

    /// <returns>A <see cref="LogUnavailableException"/> if a file is the reason, else the exception itself.</returns>
    public static Exception Translate(Exception e, LogFiles files) => e switch
    {
        SqliteException sqlite => Translate(sqlite, files),
        IOException or UnauthorizedAccessException => new LogUnavailableException(
            $"A file of the embedded log in '{files.Directory}' cannot be used: {e.Message} Check that this user may read and write "
                + $"there and that the disk works.", e),
        _ => e,
    };

    /// <summary>Runs work on the files, and translates its exceptions.</summary>
    public static T Run<T>(LogFiles files, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw Translate(e, files);
        }
    }

    /// <summary>Creates the exception of damaged or missing files.</summary>
    public static LogUnavailableException Damaged(LogFiles files, string what, Exception? inner = null) => new(
        $"{what} No more records are read or written, so that the damage does not grow. Stop every process that uses it; then "
            + $"'streambert repair {files.ForUser}' recovers all readable records and lists the others, or 'streambert restore' restores "
            + $"a backup.", inner)
    {
        IsDamaged = true,
    };

    private static LogUnavailableException Translate(SqliteException e, LogFiles files) => e.SqliteErrorCode switch
    {
        InputOutput when e.SqliteExtendedErrorCode == ShortRead => Damaged(
            files,
            $"The embedded log '{files.Database}' or its WAL is damaged: it ends before a page that belongs to it.",
            e),
        Full or InputOutput => new(
            $"The embedded log '{files.Database}' cannot be written or read: {e.Message} Nothing was lost; free space on its disk, lower "
                + $"Log:MaxBytes or raise Log:MaxFileBytes, and it resumes by itself. If there is space, the disk is failing: see the "
                + $"system's log.", e),
        ReadOnly => new($"The embedded log '{files.Database}' cannot be written: the file, its directory or the disk is read-only "
            + $"({e.Message}). Give this user write access, or mount the disk for writing.", e),
        CannotOpen => new($"The embedded log '{files.Database}' cannot be opened ({e.Message}). Check that this user may read and write "
            + $"the directory and all files in it, and that the process may open more files.", e),
        Busy or Locked => new(
            $"The embedded log '{files.Database}' is locked by another program ({e.Message}). Stop that program; it resumes by itself.",
            e),
        NotADatabase => Damaged(files, $"The embedded log '{files.Database}' is not an SQLite database, or its first page is damaged.", e),
        _ when e.SqliteExtendedErrorCode == PrimaryKeyTaken => Damaged(
            files,
            $"The embedded log '{files.Database}' is damaged: the offset of the next record is already taken.",
            e),
        Corrupt => Damaged(files, $"The embedded log '{files.Database}' is damaged ({e.Message}).", e),
        ErrorCode or TooBig or Mismatch => Damaged(
            files,
            $"The embedded log '{files.Database}' does not have the tables of a log or is damaged ({e.Message}).",
            e),
        _ => new($"The embedded log '{files.Database}' failed ({e.Message}, code {e.SqliteExtendedErrorCode}).", e),
    };
}
