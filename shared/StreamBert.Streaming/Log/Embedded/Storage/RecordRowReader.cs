using Microsoft.Data.Sqlite;

namespace StreamBert.Streaming.Log.Embedded.Storage;

/// <summary>Reads rows of the table <c>records</c>, whatever their columns hold.</summary>
internal static class RecordRowReader
{
    public const string Select = "SELECT id, timestamp, appended, size, key, value, headers, checksum FROM records";

    public static RecordRow Read(SqliteDataReader rows) => new(
        rows.GetInt64(0), Number(rows, 1), Number(rows, 2), Number(rows, 3), Bytes(rows, 4), Bytes(rows, 5), Bytes(rows, 6), rows.IsDBNull(
            7) ? null : rows.GetInt64(7));

    private static long Number(SqliteDataReader rows, int column) => rows.IsDBNull(column) ? 0 : rows.GetInt64(column);

    private static byte[]? Bytes(SqliteDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetFieldValue<byte[]>(column);
}
