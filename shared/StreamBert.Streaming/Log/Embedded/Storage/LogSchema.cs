using System.Globalization;
using Microsoft.Data.Sqlite;

namespace StreamBert.Streaming.Log.Embedded.Storage;

/// <summary>The tables of the embedded log, and the settings of its connections.</summary>
internal static class LogSchema
{
    public const int Version = 2;

    /// <summary>Identifies the file as a log: "SBLG".</summary>
    public const int ApplicationId = 0x53424C47;

    public const int PageSize = 4096;

    /// <summary>
    /// The row id of a record consists of its partition (20 bits) and its offset (43 bits): the records of a partition are adjacent in the
    /// table's tree and need no second index. The text is what SQLite makes of a table of version 1 to which the checksum is added.
    /// </summary>
    public const string Records = """
        CREATE TABLE records (id INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, appended INTEGER NOT NULL, size INTEGER NOT NULL,
            key BLOB, value BLOB, headers BLOB, checksum INTEGER)
        """;

    /// <summary>All other data of the log (<see cref="CatalogEntry"/>).</summary>
    public const string Catalog = "CREATE TABLE catalog (id INTEGER PRIMARY KEY, entry BLOB NOT NULL, checksum INTEGER NOT NULL)";

    private const int OffsetBits = 43;
    private const long OffsetMask = (1L << OffsetBits) - 1;

    public static long RowId(long partition, long offset) => (partition << OffsetBits) | offset;

    public static long Offset(long rowId) => rowId & OffsetMask;

    public static long Partition(long rowId) => rowId >> OffsetBits;

    public static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            // A WAL that may be damaged must not be written back or removed because somebody looked; the writer decides at its stop.
            KeepWal(connection, true);
            Execute(connection, "PRAGMA cell_size_check = ON");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether the last connection that is closed leaves the WAL as it is, instead of writing it back and removing it.</summary>
    public static void KeepWal(SqliteConnection connection, bool keep) =>
        SQLitePCL.raw.sqlite3_db_config(connection.Handle!, SQLitePCL.raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, out _);

    /// <summary>Limits the size of the file; a file that is already larger does not grow further.</summary>
    public static void LimitSize(SqliteConnection connection, long maxBytes) =>
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {Math.Max(1, maxBytes / PageSize)}"));

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public static List<T> Query<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        var found = new List<T>();
        while (rows.Read())
            found.Add(read(rows));
        return found;
    }
}
