using System.Text.Json.Serialization;

namespace StreamBert.Streaming.Log.Embedded.Storage;

/// <summary>
/// Metadata of the log. Each entry is stored twice in the table <c>catalog</c>, as JSON with a checksum.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(HeadEntry), "head")]
[JsonDerivedType(typeof(TopicEntry), "topic")]
[JsonDerivedType(typeof(PartitionEntry), "partition")]
[JsonDerivedType(typeof(GroupOffsetEntry), "position")]
[JsonDerivedType(typeof(LostRangeEntry), "loss")]
internal abstract record CatalogEntry
{
    /// <summary>The commit that wrote the entry: of two versions, the later one is valid.</summary>
    public long Commit { get; init; }
}

/// <summary>Describes the log itself.</summary>
/// <param name="Seed">The seed of the record checksums.</param>
/// <param name="Records">Records appended since the log was created.</param>
/// <param name="Entries">Entries of the catalog, this one included.</param>
internal sealed record HeadEntry(long Seed, long Records, int Entries) : CatalogEntry;

/// <summary>A topic and its retention.</summary>
internal sealed record TopicEntry(string Name, long? MaxAgeMs, long? MaxBytes) : CatalogEntry;

/// <summary>A partition with its offsets.</summary>
/// <param name="Bytes">The bytes of its records.</param>
/// <param name="ChecksumFrom">Records from this offset on have a checksum; those before are of an older version of the log.</param>
internal sealed record PartitionEntry(string Topic, int Number, long Begin, long End, long Bytes, long ChecksumFrom) : CatalogEntry;

/// <summary>The committed offset of a consumer group in a partition.</summary>
internal sealed record GroupOffsetEntry(string Group, long Partition, long Next) : CatalogEntry;

/// <summary>A range of records that a repair could not recover; <paramref name="To"/> is exclusive.</summary>
internal sealed record LostRangeEntry(long Partition, long From, long To, DateTimeOffset RepairedAt) : CatalogEntry;

/// <summary>Ids of entries, by kind.</summary>
internal static class EntryId
{
    public const long Head = 1;

    private const long Topics = 1L << 20, Partitions = 1L << 21, Positions = 1L << 22, Losses = 1L << 40;

    public static long Topic(long number) => Topics + number;

    public static long Partition(long partition) => Partitions + partition;

    public static long PartitionOf(long id) => id - Partitions;

    public static long GroupOffset(long number) => Positions + number;

    public static long LostRange(long number) => Losses + number;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CatalogEntry))]
internal sealed partial class CatalogJson : JsonSerializerContext;
