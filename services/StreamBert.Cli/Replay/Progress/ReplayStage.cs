namespace StreamBert.Cli.Replay.Progress;

/// <summary>Lists the stages of a run of a replay.</summary>
internal enum ReplayStage
{
    /// <summary>Rows are being appended to the log.</summary>
    Appending,

    /// <summary>All rows are in the log.</summary>
    Appended,

    /// <summary>All rows are classified or dead-lettered and visible to readers. The next replay of the file is a new run.</summary>
    Completed,

    /// <summary>The run was interrupted, and a replay with <c>--restart</c> took its place.</summary>
    Abandoned,
}
