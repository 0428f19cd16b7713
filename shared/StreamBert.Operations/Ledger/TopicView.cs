namespace StreamBert.Operations.Ledger;

/// <summary>Describes a topic of the log.</summary>
/// <param name="Topic">The name of the topic.</param>
/// <param name="Partitions">The number of its partitions.</param>
/// <param name="Begin">The sum of the first offsets of its partitions.</param>
/// <param name="End">The sum of the next offsets of its partitions.</param>
/// <param name="Records">The number of its records; on Kafka, where transaction markers take offsets too, this may be an upper
/// bound.</param>
/// <param name="RecordsAreUpperBound">Whether its records were not counted, so that transaction markers may be among them.</param>
/// <param name="Lag">The lag by consumer group; 0 if the group has every record.</param>
public sealed record TopicView(
    string Topic, int Partitions, long Begin, long End, long Records, bool RecordsAreUpperBound, IReadOnlyDictionary<string, long> Lag);
