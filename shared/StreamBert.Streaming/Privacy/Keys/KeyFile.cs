using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Streaming.Privacy.Keys;

/// <summary>
/// The SQLite file of the keys. Several processes share it; every transaction is on the disk when it returns, and what is deleted is
/// overwritten.
/// </summary>
internal sealed class KeyFile : IDisposable
{
    public const string Name = "keys.db";
    public const string MadeName = "keys.made";
    private const int Format = 2;
    private const int SumBytes = 32;
    private const string SumName = "sum";

    /// <summary>
    /// A digest stands for its subject; erased ones stay known by the ids of their keys, which tell a proof what the erasure made
    /// unreadable.
    /// </summary>
    private const string Tables = """
        CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE keys (digest BLOB PRIMARY KEY, id BLOB NOT NULL UNIQUE, key BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE erased (id BLOB PRIMARY KEY, digest BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX erased_digest ON erased (digest);
        """;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>
    /// Closing a file drops the locks that the whole process has on it, SQLite's too: nobody opens it here while another makes it.
    /// </summary>
    private static readonly Lock Making = new();

    private readonly SqliteConnection _connection;

    public KeyFile(string directory)
    {
        var file = Path.Combine(directory, Name);
        SettingsFiles.Check("Privacy:Directory", file);
        RequireWhole(directory, file);
        Protect(directory, file);
        _connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = 30
        }.ToString());
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
            Check(file);
            if (format == 1)
                Execute($"PRAGMA user_version = {Format}");
        });
        Leave(Path.Combine(directory, MadeName));
    }

    /// <summary>An empty or missing file beside the mark that one was made was lost: new keys in its place would hide that.</summary>
    private static void RequireWhole(string directory, string file)
    {
        if (File.Exists(Path.Combine(directory, MadeName)) && new FileInfo(file) is not { Exists: true, Length: > 0 })
            throw new KeysDamagedException(file, new FileInfo(file).Exists ? "it is empty" : "it is missing, and it was made here before");
    }

    private static void Leave(string mark)
    {
        if (File.Exists(mark))
            return;
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Owner;
        using var file = new FileStream(mark, options);
        file.Write(Encoding.UTF8.GetBytes($"The keys of the subjects are in {Name} beside this file. If that is gone, restore it from its backup; to begin anew without what was sealed, delete this file too.\n"));
    }

    /// <summary>
    /// Whether SQLite finds the file sound, and every row is as it was written: the file holds the exclusive or of the rows' checksums, so
    /// that a row which was changed, lost or added by anybody
    /// else shows. A file of format 1 gets its sum now.
    /// </summary>
    private void Check(string file)
    {
        if (Query("PRAGMA integrity_check(1)", static row => row.GetString(0)) is not ["ok"] and var faults)
            throw new KeysDamagedException(file, $"SQLite finds it damaged: {string.Join("; ", faults)}");
        var sum = new byte[SumBytes];
        foreach (var row in Query($"SELECT 's', name, value FROM settings WHERE name <> '{SumName}'", Fields)
            .Concat(Query("SELECT 'k', digest, id, key FROM keys", Fields)).Concat(Query("SELECT 'e', id, digest, at FROM erased", Fields)))
        {
            Add(sum, row);
        }

        if (Stored() is not { } stored)
        {
            Execute("INSERT INTO settings VALUES ($p0, $p1)", SumName, sum);
        }
        else if (!stored.AsSpan().SequenceEqual(sum))
        {
            throw new KeysDamagedException(
                file,
                "its rows are not those that were written (their checksums differ from the sum in the file)");
        }
    }

    /// <summary>Takes a row that was written, or deleted, into the sum; in the transaction that does so.</summary>
    /// <param name="fields">As they are read in <see cref="Check"/>.</param>
    public void Account(params object[] fields)
    {
        var sum = Stored() ?? new byte[SumBytes];
        Add(sum, [.. fields.Select(Bytes)]);
        Execute("INSERT INTO settings VALUES ($p0, $p1) ON CONFLICT DO UPDATE SET value = excluded.value", SumName, sum);
    }

    private byte[]? Stored()
        => Query("SELECT value FROM settings WHERE name = $p0", static row => (byte[])row[0], SumName) is [var stored] ? stored : null;

    private static byte[][] Fields(SqliteDataReader row) => [.. Enumerable.Range(0, row.FieldCount).Select(field => Bytes(row[field]))];

    private static byte[] Bytes(object field)
        => field as byte[] ?? Encoding.UTF8.GetBytes(Convert.ToString(field, CultureInfo.InvariantCulture)!);

    private static void Add(byte[] sum, byte[][] fields)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var field in fields)
        {
            hash.AppendData(BitConverter.GetBytes(field.Length));
            hash.AppendData(field);
        }
        var row = hash.GetHashAndReset();
        for (var at = 0; at < sum.Length && at < row.Length; at++)
            sum[at] ^= row[at];
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
    /// Makes the file before SQLite does, so that never, whatever the umask, others may read it; SQLite gives the journal the same mode.
    /// What a group was
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
                new FileStream(file, new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    Share = FileShare.ReadWrite,
                    UnixCreateMode = Owner
                }).Dispose();
            }
            catch (IOException) when (File.Exists(file))
            {
                // It is there already.
            }
        }
        foreach (var present in new[] { file, $"{file}-journal", Path.Combine(directory, MadeName) }.Where(File.Exists))
        {
            if (File.GetUnixFileMode(present) is var mode && (mode & ~Group) != Owner)
                File.SetUnixFileMode(present, Owner | (mode & Group));
        }
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
