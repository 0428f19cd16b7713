namespace StreamBert.Streaming.Log.Embedded.Files;

/// <summary>The files of one embedded log.</summary>
internal sealed record LogFiles(string Directory)
{
    public const string DatabaseName = "log.db";
    public const string WalName = "log.db-wal";
    public const string CommitsName = "log.commits";

    public string Database => Path.Combine(Directory, DatabaseName);
    public string Wal => Path.Combine(Directory, WalName);
    public string SharedMemory => Path.Combine(Directory, "log.db-shm");

    /// <summary>The number of commits, stored outside of the database and its WAL.</summary>
    public string Commits => Path.Combine(Directory, CommitsName);

    /// <summary>The argument of <c>repair</c>: the data directory of <c>up</c>, or the directory of the log itself.</summary>
    public string ForUser => Path.GetFileName(Directory) == "log" ? Path.GetDirectoryName(Directory) ?? Directory : Directory;

    /// <summary>The length of a file; 0 if it does not exist.</summary>
    public static long Length(string file) => new FileInfo(file) is { Exists: true } found ? found.Length : 0;
}
