using Microsoft.Data.Sqlite;
using StreamBert.Streaming.Log.Embedded.Files;

namespace StreamBert.Streaming.Log.Embedded.Storage;

/// <summary>Checks the structure of the database: its first page, its tables and, as far as time allows, all its pages.</summary>
internal sealed class PageVerifier(SqliteConnection connection, LogFiles files)
{
    private const int Interrupted = 9, StepsPerCheck = 10_000, MaxFindings = 5;

    /// <summary>The tables are those that this version makes, to the letter.</summary>
    /// <exception cref="LogUnavailableException">They are not.</exception>
    public void VerifySchema()
    {
        var tables = LogSchema.Query(
            connection,
            "SELECT sql FROM sqlite_schema ORDER BY name",
            static row => row.IsDBNull(0) ? "" : row.GetString(0));
        if (!tables.SequenceEqual([LogSchema.Catalog, LogSchema.Records]))
        {
            throw LogErrors.Damaged(
                files,
                $"The embedded log '{files.Database}' is damaged: the definitions of its tables are not those of a log.");
        }

        var size = LogSchema.Number(connection, "PRAGMA page_size");
        if (size != LogSchema.PageSize)
        {
            throw LogErrors.Damaged(
                files,
                $"The embedded log '{files.Database}' is damaged: its first page says that pages have {size} bytes.");
        }

        var (pages, length) = (LogSchema.Number(connection, "PRAGMA page_count"), LogFiles.Length(files.Database));
        if (pages * LogSchema.PageSize < length)
        {
            throw LogErrors.Damaged(files, $"The embedded log '{files.Database}' is damaged: it has {length} bytes, and its first page "
                + $"says {pages * LogSchema.PageSize}.");
        }
    }

    /// <summary>Checks free pages and tables, the small one first.</summary>
    /// <param name="limit">Time after which to stop; null: never.</param>
    /// <returns>How far it came if it was stopped; null: everything was checked.</returns>
    /// <exception cref="LogUnavailableException">A page is damaged.</exception>
    public string? Verify(TimeSpan? limit, TimeProvider time, CancellationToken cancellation = default)
    {
        if (limit == TimeSpan.Zero)
            return "not begun";
        var begun = time.GetTimestamp();
        var stopped = false;
        SQLitePCL.raw.sqlite3_progress_handler(
            connection.Handle!, StepsPerCheck,
            _ => (stopped = cancellation.IsCancellationRequested || (limit is { } longest && time.GetElapsedTime(begun) > longest))
                ? 1
                : 0, null);
        var step = "the catalog";
        try
        {
            if (LogSchema.Number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'catalog'") > 0)
                VerifyBy("PRAGMA quick_check(catalog)");
            step = "all pages";
            VerifyBy($"PRAGMA quick_check({MaxFindings})");
            return null;
        }
        catch (SqliteException e) when (stopped && e.SqliteErrorCode == Interrupted)
        {
            cancellation.ThrowIfCancellationRequested();
            return $"stopped in {step}";
        }
        finally
        {
            SQLitePCL.raw.sqlite3_progress_handler(connection.Handle!, 0, null, null);
        }
    }

    private void VerifyBy(string pragma)
    {
        var found = LogSchema.Query(connection, pragma, static row => row.GetString(0));
        if (found is not ["ok"])
        {
            throw LogErrors.Damaged(
                files,
                $"The embedded log '{files.Database}' is damaged: {string.Join("; ", found.Take(MaxFindings)).ReplaceLineEndings(" ")}.");
        }
    }
}
