using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace StreamBert.Streaming.Files;

/// <summary>
/// A small SQLite database in one file, which several processes may share. Every transaction is on the disk when it returns, and deleted
/// rows are overwritten.
/// It is the way to SQLite for projects that must not see SQLite itself.
/// </summary>
public sealed class SqliteFile : IDisposable
{
    /// <summary>SQLITE_ERROR (a table is missing), SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_CANTOPEN and SQLITE_NOTADB.</summary>
    private static readonly int[] DamageCodes = [1, 10, 11, 14, 26];

    private readonly SqliteConnection _connection;

    /// <summary>Opens the database; creates it if it does not exist.</summary>
    public SqliteFile(string path)
    {
        _connection = new(ConnectionString(path, SqliteOpenMode.ReadWriteCreate));
        _connection.Open();
        // A rollback journal, not WAL: it also works on a volume that several machines share, and no second file outlives a deletion.
        Execute("PRAGMA busy_timeout = 30000; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; "
            + "PRAGMA temp_store = MEMORY");
    }

    /// <summary>Tells whether an exception says that the file is damaged, missing or no database.</summary>
    public static bool IsDamage(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: var code } && DamageCodes.Contains(code);

    /// <summary>Copies a database as it is at one moment, while others read and write it. The copy holds nothing of deleted rows.</summary>
    /// <param name="source">The file of the database.</param>
    /// <param name="target">A file that does not exist yet.</param>
    /// <exception cref="DbException">The source cannot be read.</exception>
    public static void Copy(string source, string target)
    {
        PrivateFiles.Create(target);
        using var connection = new SqliteConnection(ConnectionString(source, SqliteOpenMode.ReadOnly));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO $target";
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue("$target", target);
        command.ExecuteNonQuery();
        using var handle = File.OpenHandle(target, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Runs work in a transaction that writes; rolls it back if the work throws.</summary>
    public void Transaction(Action work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            work();
            Execute("COMMIT");
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    /// <summary>Runs reads that all see the database as of one moment.</summary>
    public void Snapshot(Action reads)
    {
        Execute("BEGIN");
        try
        {
            reads();
        }
        finally
        {
            Execute("COMMIT");
        }
    }

    /// <summary>Runs a statement with the parameters <c>$p0</c>, <c>$p1</c> and so on.</summary>
    /// <returns>The number of rows changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Reads all rows of a query with the parameters <c>$p0</c>, <c>$p1</c> and so on.</summary>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        using var rows = command.ExecuteReader();
        var found = new List<T>();
        while (rows.Read())
            found.Add(read(rows));
        return found;
    }

    /// <summary>Closes the database.</summary>
    public void Dispose() => _connection.Dispose();

    private static string ConnectionString(string path, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString();

    /// <summary>SQLite ends some failed transactions by itself; then there is nothing left to roll back.</summary>
    private void Rollback()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle!) == 0)
            Execute("ROLLBACK");
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<object> values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue($"$p{i}", values[i]);
        return command;
    }
}
