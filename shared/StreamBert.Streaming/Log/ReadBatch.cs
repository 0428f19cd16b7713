namespace StreamBert.Streaming.Log;

/// <summary>Represents records that were read together and are committed together.</summary>
/// <param name="Generation">The generation of the reader's assignment; a commit under a later generation is refused.</param>
/// <param name="Records">The records, in order within each partition.</param>
public sealed record ReadBatch(int Generation, IReadOnlyList<LogRecord> Records)
{
    /// <summary>Joins consecutive batches of one reader, so that they are committed in one step.</summary>
    /// <param name="batches">At least one batch, all of the same generation.</param>
    public static ReadBatch Join(IReadOnlyList<ReadBatch> batches) =>
        batches.Count == 1 ? batches[0] : new(batches[0].Generation, [.. batches.SelectMany(static b => b.Records)]);
}
