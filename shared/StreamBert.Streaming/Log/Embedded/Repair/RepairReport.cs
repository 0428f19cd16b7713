namespace StreamBert.Streaming.Log.Embedded.Repair;

/// <summary>A range of records of a partition; <paramref name="To"/> is exclusive.</summary>
public sealed record LostRecords(string Topic, int Partition, long From, long To);

/// <summary>What a repair found, recovered and could not recover.</summary>
/// <param name="Problem">What was wrong; null: nothing, and nothing was changed.</param>
/// <param name="Recovered">Records in the new log.</param>
/// <param name="Lost">Records that cannot be read.</param>
/// <param name="MissingCommits">Commits that were acknowledged and of which nothing is left, at the end of the log.</param>
/// <param name="MissingRecords">Records that they appended.</param>
/// <param name="DamagedFiles">Where the damaged files are kept, with this report.</param>
public sealed record RepairReport(
    string? Problem,
    long Recovered,
    IReadOnlyList<LostRecords> Lost,
    long MissingCommits,
    long MissingRecords,
    string? DamagedFiles)
{
    /// <summary>Topics, positions of groups and the like of which both copies are damaged.</summary>
    public int LostEntries { get; init; }

    /// <summary>Records of partitions that nothing tells the names of; they are in the damaged files only.</summary>
    public long Unassigned { get; init; }

    /// <summary>Whether everything was recovered.</summary>
    public bool IsComplete => Lost.Count == 0 && MissingCommits == 0 && LostEntries == 0 && Unassigned == 0;
}
