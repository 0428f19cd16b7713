using System.Globalization;
using Microsoft.Data.Sqlite;

namespace StreamBert.Streaming.Log.Embedded;

/// <summary>The tables of the embedded log, and how its connections are set.</summary>
internal static class LogSchema
{
    public const string FileName = "log.db";

    private const int Version = 1;
    private const int OffsetBits = 43;
    private const long OffsetMask = (1L << OffsetBits) - 1;

    /// <summary>
    /// A record's row id is its partition (20 bits) and offset (43 bits): a partition lies together in the table's own tree and
    /// needs no second index. What retention asks for stands before the value, so that it never touches a value's pages.
    /// </summary>
    private const string Tables = """
        CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, max_age_ms INTEGER, max_bytes INTEGER);
        CREATE TABLE partitions (id INTEGER PRIMARY KEY, topic INTEGER NOT NULL REFERENCES topics, number INTEGER NOT NULL,
            begin_offset INTEGER NOT NULL, end_offset INTEGER NOT NULL, bytes INTEGER NOT NULL, UNIQUE (topic, number));
        CREATE TABLE records (id INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, appended INTEGER NOT NULL, size INTEGER NOT NULL,
            key BLOB, value BLOB, headers BLOB);
        CREATE TABLE offsets ("group" TEXT NOT NULL, partition INTEGER NOT NULL REFERENCES partitions, next_offset INTEGER NOT NULL,
            PRIMARY KEY ("group", partition)) WITHOUT ROWID;
        """;

    public static long RowId(long partition, long offset) => (partition << OffsetBits) | offset;

    public static long Offset(long rowId) => rowId & OffsetMask;

    public static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>
    /// Opens for writing; creates the tables in a new file. With <c>synchronous=FULL</c> a commit has reached the disk when it
    /// returns, so that not even a power cut takes it back; the writer pays that once for many requests.
    /// </summary>
    /// <exception cref="InvalidOperationException">The file was written by a later version.</exception>
    public static SqliteConnection OpenForWriting(string file)
    {
        var connection = Open(file, SqliteOpenMode.ReadWriteCreate);
        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864");
        var version = Convert.ToInt32(Scalar(connection, "PRAGMA user_version"), CultureInfo.InvariantCulture);
        if (version > Version)
            throw new InvalidOperationException($"'{file}' was written by a later version (format {version}, this one knows {Version}); use that version or another directory.");
        if (version == 0)
            Execute(connection, $"BEGIN; {Tables} PRAGMA user_version = {Version}; COMMIT");
        return connection;
    }

    /// <summary>A file that is larger already stays as it is and grows no more.</summary>
    public static void LimitSize(SqliteConnection connection, long maxBytes) =>
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {Math.Max(1, maxBytes / (long)Scalar(connection, "PRAGMA page_size")!)}"));

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
