using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Streaming.Log;

/// <summary>
/// A log that passes every call to another log, for tests that change some of the calls. By default it does not dispose the other log.
/// </summary>
internal abstract class DelegatingLog(IEventLog inner) : IEventLog
{
    public virtual bool HasTransactionMarkers => Inner.HasTransactionMarkers;

    public virtual Exception? WriteFailure => null;

    protected IEventLog Inner => inner;

    public virtual Task CreateTopicsAsync(IReadOnlyCollection<TopicSpec> topics, CancellationToken cancellation) =>
        Inner.CreateTopicsAsync(topics, cancellation);

    public virtual Task<IReadOnlyList<PartitionInfo>> DescribeAsync(
        IReadOnlyCollection<string>? topics, CancellationToken cancellation) =>
        Inner.DescribeAsync(topics, cancellation);

    public virtual Task<IReadOnlyList<RecordPosition>> AppendAsync(
        IReadOnlyList<NewRecord> records, CancellationToken cancellation, bool atomic = false) =>
        Inner.AppendAsync(records, cancellation, atomic);

    public virtual Task<IGroupReader> JoinAsync(
        string group, IReadOnlyCollection<string> topics, CancellationToken cancellation, bool exclusive = false) =>
        Inner.JoinAsync(group, topics, cancellation, exclusive);

    public virtual IAsyncEnumerable<IReadOnlyList<LogRecord>> TailAsync(
        string topic, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation) =>
        Inner.TailAsync(topic, from, cancellation);

    public virtual IAsyncEnumerable<LogRecord> ReadToEndAsync(
        string topic, IReadOnlyDictionary<int, long>? from, CancellationToken cancellation, bool awaitOpenTransactions = false) =>
        Inner.ReadToEndAsync(topic, from, cancellation, awaitOpenTransactions);

    public virtual Task<LogRecord?> FetchAsync(RecordPosition position, CancellationToken cancellation) =>
        Inner.FetchAsync(position, cancellation);

    public virtual Task<LogRecord?> FetchLastAsync(string topic, int partition, CancellationToken cancellation) =>
        Inner.FetchLastAsync(topic, partition, cancellation);

    public virtual Task<IReadOnlyList<PartitionLag>> LagAsync(
        string group, IReadOnlyCollection<string> topics, CancellationToken cancellation) =>
        Inner.LagAsync(group, topics, cancellation);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
