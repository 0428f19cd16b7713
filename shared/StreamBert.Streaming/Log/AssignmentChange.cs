namespace StreamBert.Streaming.Log;

/// <summary>Names the partitions that a reader was assigned and those that were revoked from it.</summary>
/// <param name="Assigned">The assigned partitions.</param>
/// <param name="Revoked">The revoked partitions.</param>
public sealed record AssignmentChange(
    IReadOnlyList<(string Topic, int Partition)> Assigned, IReadOnlyList<(string Topic, int Partition)> Revoked);
