using System.Runtime.CompilerServices;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Streaming.Log;

namespace StreamBert.Tests.Abuse;

/// <summary>Wraps a log, changes some records when they are read, and refuses some commits.</summary>
internal sealed class FaultyLog(IEventLog log) : DelegatingLog(log)
{
    /// <summary>The change to a record that is read.</summary>
    public Func<LogRecord, LogRecord> Read { get; init; } = static record => record;

    /// <summary>Whether a record can be committed; a commit with one that cannot fails atomically.</summary>
    public Func<NewRecord, bool> AcceptsCommit { get; init; } = static _ => true;

    public override Exception? WriteFailure => Inner.WriteFailure;

    public override async Task<IGroupReader> JoinAsync(
        string group, IReadOnlyCollection<string> topics, CancellationToken cancellation, bool exclusive = false) =>
        new Reader(await Inner.JoinAsync(group, topics, cancellation, exclusive), this);

    public override async IAsyncEnumerable<IReadOnlyList<LogRecord>> TailAsync(
        string topic, IReadOnlyDictionary<int, long>? from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var records in Inner.TailAsync(topic, from, cancellation))
            yield return [.. records.Select(Read)];
    }

    public override IAsyncEnumerable<LogRecord> ReadToEndAsync(
        string topic, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation, bool awaitOpenTransactions = false) =>
        Inner.ReadToEndAsync(topic, from, cancellation, awaitOpenTransactions).Select(Read);

    public override async Task<LogRecord?> FetchAsync(RecordPosition position, CancellationToken cancellation) =>
        await Inner.FetchAsync(position, cancellation) is { } record ? Read(record) : null;

    public override async Task<LogRecord?> FetchLastAsync(string topic, int partition, CancellationToken cancellation) =>
        await Inner.FetchLastAsync(topic, partition, cancellation) is { } record ? Read(record) : null;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Inner.DisposeAsync();
    }

    private sealed class Reader(IGroupReader reader, FaultyLog log) : IGroupReader
    {
        public event Action<AssignmentChange>? AssignmentChanged
        {
            add => reader.AssignmentChanged += value;
            remove => reader.AssignmentChanged -= value;
        }

        public int Generation => reader.Generation;

        /// <summary>The original batches, which a commit recognises by their records.</summary>
        private readonly Dictionary<ReadBatch, ReadBatch> _read = new(ReferenceEqualityComparer.Instance);

        public async Task<ReadBatch> ReadAsync(int maxRecords, CancellationToken cancellation, int maxBytes = LogRecord.MaxReadBytes)
        {
            var batch = await reader.ReadAsync(maxRecords, cancellation, maxBytes);
            var changed = batch with { Records = [.. batch.Records.Select(log.Read)] };
            lock (_read)
                _read[changed] = batch;
            return changed;
        }

        public Task CommitAsync(ReadBatch batch, IReadOnlyList<NewRecord> outputs, CancellationToken cancellation)
        {
            if (outputs.Any(output => !log.AcceptsCommit(output)))
                throw new InvalidOperationException("The log takes everything but this.");
            lock (_read)
                batch = _read.Remove(batch, out var original) ? original : batch;
            return reader.CommitAsync(batch, outputs, cancellation);
        }

        public ValueTask DisposeAsync() => reader.DisposeAsync();
    }
}
