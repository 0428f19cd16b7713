using Microsoft.Data.Sqlite;

namespace StreamBert.Streaming.Files;

/// <summary>Copies an SQLite database as it is at one moment, while others read and write it.</summary>
internal static class SqliteSnapshot
{
    /// <param name="target">A file that is not there yet; it holds only what the database holds, nothing of what was removed.</param>
    public static void Copy(string source, string target)
    {
        PrivateFiles.Create(target);
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO $target";
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue("$target", target);
        command.ExecuteNonQuery();
        using var handle = File.OpenHandle(target, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }
}
