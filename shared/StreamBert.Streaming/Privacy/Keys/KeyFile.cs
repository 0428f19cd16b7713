using Microsoft.Data.Sqlite;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Streaming.Privacy.Keys;

/// <summary>The SQLite file of the keys. Several processes share it; every transaction is on the disk when it returns, and what is deleted is overwritten.</summary>
internal sealed class KeyFile : IDisposable
{
    public const string Name = "keys.db";
    private const int Format = 1;

    /// <summary>A digest stands for its subject; erased ones stay known by the ids of their keys, which tell a proof what the erasure made unreadable.</summary>
    private const string Tables = """
        CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE keys (digest BLOB PRIMARY KEY, id BLOB NOT NULL UNIQUE, key BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE erased (id BLOB PRIMARY KEY, digest BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX erased_digest ON erased (digest);
        """;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Closing a file drops the locks that the whole process has on it, SQLite's too: nobody opens it here while another makes it.</summary>
    private static readonly Lock Making = new();

    private readonly SqliteConnection _connection;

    public KeyFile(string directory)
    {
        var file = Path.Combine(directory, Name);
        SettingsFiles.Check("Privacy:Directory", file);
        Protect(directory, file);
        _connection = new(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = 30 }.ToString());
        _connection.Open();
        // A rollback journal, not WAL: it also works on a volume that several machines share, and no second file outlives a deletion.
        Execute("PRAGMA busy_timeout = 30000; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY");
        Transaction(() =>
        {
            var format = Convert.ToInt32(Query("PRAGMA user_version", static row => row.GetInt64(0)).Single());
            if (format > Format)
                throw new ConfigurationException($"'{file}' was written by a later version (format {format}, this one knows {Format}); use that version or another Privacy:Directory.");
            if (format == 0)
                Execute($"{Tables} PRAGMA user_version = {Format}");
        });
    }

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
            if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle!) == 0)
                Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>Reads of one moment.</summary>
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

    public int Execute(string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        using var rows = command.ExecuteReader();
        var found = new List<T>();
        while (rows.Read())
            found.Add(read(rows));
        return found;
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>
    /// Makes the file before SQLite does, so that never, whatever the umask, others may read it; SQLite gives the journal the same mode. What a group was
    /// granted on files that are there already it keeps.
    /// </summary>
    private static void Protect(string directory, string file)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
            return;
        }
        Directory.CreateDirectory(directory, Owner | UnixFileMode.UserExecute);
        lock (Making)
        {
            try
            {
                new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = Owner }).Dispose();
            }
            catch (IOException) when (File.Exists(file))
            {
                // It is there already.
            }
        }
        foreach (var present in new[] { file, $"{file}-journal" }.Where(File.Exists))
            if (File.GetUnixFileMode(present) is var mode && (mode & ~Group) != Owner)
                File.SetUnixFileMode(present, Owner | (mode & Group));
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
