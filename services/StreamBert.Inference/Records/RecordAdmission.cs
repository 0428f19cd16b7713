using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Concurrency;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Schemas;

namespace StreamBert.Inference.Records;

/// <summary>
/// Admits the records of a read: waits for memory, prepares the records in parallel, and queues their texts for the models.
/// </summary>
internal sealed class RecordAdmission(
    RecordPreparer preparer, IReadOnlyDictionary<string, ModelServer> servers, SubjectVault vault, SchemaDecoder schemas,
    ByteBudget memoryBudget, Priority priority, InferenceOptions options, TimeProvider time)
{
    private static readonly Dictionary<string, byte[]> NoHeaders = [];

    private readonly ParallelOptions _parallelism = new()
    {
        MaxDegreeOfParallelism = options.TokenizerWorkers ?? Math.Max(1, Environment.ProcessorCount / 2),
    };

    /// <summary>
    /// Returns when the budget has the memory of the read and every text is in the queue of its model, which waits while a queue is
    /// full.
    /// </summary>
    /// <param name="knownFault">Returns the known fault of a record that must not be processed; null for every other record.</param>
    /// <exception cref="OperationCanceledException">The read and its texts are abandoned.</exception>
    public async Task<InFlightBatch> AdmitAsync(
        ReadBatch batch, Func<RecordPosition, RecordFault?> knownFault, CancellationToken cancellation)
    {
        var decoded = await schemas.DecodeAsync(batch.Records, cancellation);
        var memory = await InFlightMemory.TakeAsync(memoryBudget, batch, cancellation);
        var inFlight = Prepare(batch, decoded, knownFault, memory);
        try
        {
            await QueueAsync(inFlight, cancellation);
            return inFlight;
        }
        catch
        {
            inFlight.Dispose();
            throw;
        }
    }

    private async Task QueueAsync(InFlightBatch inFlight, CancellationToken cancellation)
    {
        var incomplete = inFlight.Records.OfType<InFlightRecord.Queued>().Where(static record => !record.Pending.Result.IsCompleted);
        foreach (var group in incomplete.GroupBy(static record => record.Pipeline.Model))
            await servers[group.Key].Queue.AddAsync(priority, [.. group.Select(static record => record.Pending)], cancellation);
    }

    /// <summary>
    /// Prepares the records of a read. If that fails as a whole (the keys are unavailable), the memory of the read is returned.
    /// </summary>
    private InFlightBatch Prepare(
        ReadBatch batch, IReadOnlyList<DecodedRecord> decoded, Func<RecordPosition, RecordFault?> knownFault, InFlightMemory memory)
    {
        var abandoned = new CancellationTokenSource();
        try
        {
            var readAt = time.GetTimestamp();
            var fetched = Fetch(batch.Records, decoded, knownFault);
            var records = new InFlightRecord[fetched.Count];
            Parallel.For(0, records.Length, _parallelism, i => records[i] = preparer.Prepare(fetched[i], readAt, abandoned.Token));
            return new(batch, WithSubjectKeys(records), abandoned, memory);
        }
        catch
        {
            memory.Dispose();
            abandoned.Dispose();
            throw;
        }
    }

    /// <summary>Opens the sealed records of a read in one look-up. A faulty record is not opened.</summary>
    private List<FetchedRecord> Fetch(
        IReadOnlyList<LogRecord> records, IReadOnlyList<DecodedRecord> decoded, Func<RecordPosition, RecordFault?> knownFault)
    {
        var faults = records.Select(record => RecordFault.OfDamage(record) ?? knownFault(record.Position)).ToList();
        var opened = vault.Open([.. records.Select((record, i) => faults[i] is null ? record : record with { Headers = NoHeaders })]);
        return [.. records.Select((record, i) => new FetchedRecord(record, decoded[i], opened[i], faults[i]))];
    }

    /// <summary>
    /// Adds the subjects' keys, in one look-up, to texts that another producer appended unsealed to a pipeline that seals.
    /// </summary>
    private IReadOnlyList<InFlightRecord> WithSubjectKeys(InFlightRecord[] records)
    {
        if (!records.Any(static record => SubjectWithoutKey(record) is not null))
            return records;
        var keys = vault.GetOrCreateKeys(records.Select(SubjectWithoutKey));
        return [.. records.Select(record => SubjectWithoutKey(record) is { } subject ? record with { Key = keys[subject] } : record)];
    }

    private static string? SubjectWithoutKey(InFlightRecord record) =>
        record is { Key: null, Pipeline.Privacy.PerSubjectKeys: true } ? record.Text?.Subject : null;
}
