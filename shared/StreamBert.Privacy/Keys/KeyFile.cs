using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Settings;

namespace StreamBert.Privacy.Keys;

/// <summary>
/// The tables of <c>keys.db </c> with a checksum over all rows, so that rows that anybody else changed, removed or added are noticed.
/// </summary>
internal sealed class KeyFile : IDisposable
{
    public const string Name = "keys.db";
    private const int Format = 2;
    private const int ChecksumBytes = 32;
    private const string ChecksumName = "sum";

    /// <summary>
    /// A digest identifies a subject. Erased keys are remembered by their ids, so that a proof can tell what an erasure made unreadable.
    /// </summary>
    private const string Tables = """
        CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE keys (digest BLOB PRIMARY KEY, id BLOB NOT NULL UNIQUE, key BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE erased (id BLOB PRIMARY KEY, digest BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX erased_digest ON erased (digest);
        """;

    private readonly SqliteFile _file;

    /// <summary>Opens the file of a directory, creates it if there was none, and checks all of it.</summary>
    /// <exception cref="KeysDamagedException">The file is damaged, or it existed before and is missing.</exception>
    /// <exception cref="ConfigurationException">A later version wrote the file.</exception>
    public KeyFile(string directory)
    {
        var path = Path.Combine(directory, Name);
        SettingsFileChecks.Check("Privacy:Directory", path);
        var place = new KeyDirectory(directory);
        place.RequireKnownFile(path);
        place.Protect(path);
        _file = new(path);
        Transaction(() => Open(path));
        place.WriteMarker();
    }

    public void Transaction(Action work) => _file.Transaction(work);

    public void Snapshot(Action reads) => _file.Snapshot(reads);

    public int Execute(string sql, params ReadOnlySpan<object> values) => _file.Execute(sql, values);

    public List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object> values) => _file.Query(sql, read, values);

    /// <summary>Adds a row to the checksum, or takes it out; call it in the transaction that writes or deletes the row.</summary>
    /// <param name="fields">The fields in the order in which <see cref="VerifyChecksum"/> reads them.</param>
    public void UpdateChecksum(params object[] fields)
    {
        var sum = StoredChecksum() ?? new byte[ChecksumBytes];
        Toggle(sum, [.. fields.Select(Bytes)]);
        Execute("INSERT INTO settings VALUES ($p0, $p1) ON CONFLICT DO UPDATE SET value = excluded.value", ChecksumName, sum);
    }

    public void Dispose() => _file.Dispose();

    private void Open(string path)
    {
        var format = Convert.ToInt32(Query("PRAGMA user_version", static row => row.GetInt64(0)).Single());
        if (format > Format)
        {
            throw new ConfigurationException(
                $"'{path}' was written by a later version (format {format}, this one knows {Format}); use that version or another "
                    + $"Privacy:Directory.");
        }
        if (format == 0)
            Execute($"{Tables} PRAGMA user_version = {Format}");
        VerifyIntegrity(path);
        VerifyChecksum(path);
        if (format == 1)
            Execute($"PRAGMA user_version = {Format}");
    }

    private void VerifyIntegrity(string path)
    {
        if (Query("PRAGMA integrity_check(1)", static row => row.GetString(0)) is not ["ok"] and var faults)
            throw new KeysDamagedException(path, $"SQLite finds it damaged: {string.Join("; ", faults)}");
    }

    /// <summary>
    /// Compares the stored checksum, the exclusive or of the rows' SHA-256 digests, with the rows. A file of format 1 gets its checksum
    /// now.
    /// </summary>
    private void VerifyChecksum(string path)
    {
        var sum = new byte[ChecksumBytes];
        var rows = Query($"SELECT 's', name, value FROM settings WHERE name <> '{ChecksumName}'", Fields)
            .Concat(Query("SELECT 'k', digest, id, key FROM keys", Fields)).Concat(Query("SELECT 'e', id, digest, at FROM erased", Fields));
        foreach (var row in rows)
            Toggle(sum, row);
        if (StoredChecksum() is not { } stored)
        {
            Execute("INSERT INTO settings VALUES ($p0, $p1)", ChecksumName, sum);
        }
        else if (!stored.AsSpan().SequenceEqual(sum))
        {
            throw new KeysDamagedException(path, "its rows are not those that were written (their checksums differ from the sum in the "
                + "file)");
        }
    }

    private byte[]? StoredChecksum() =>
        Query("SELECT value FROM settings WHERE name = $p0", static row => (byte[])row[0], ChecksumName) is [var stored] ? stored : null;

    private static byte[][] Fields(DbDataReader row) => [.. Enumerable.Range(0, row.FieldCount).Select(field => Bytes(row[field]))];

    private static byte[] Bytes(object field) =>
        field as byte[] ?? Encoding.UTF8.GetBytes(Convert.ToString(field, CultureInfo.InvariantCulture)!);

    private static void Toggle(byte[] sum, byte[][] fields)
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
}
