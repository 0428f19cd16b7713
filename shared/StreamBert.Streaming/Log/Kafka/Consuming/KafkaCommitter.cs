using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamBert.Streaming.Log.Kafka.Clients;
using StreamBert.Streaming.Log.Kafka.Producing;

namespace StreamBert.Streaming.Log.Kafka.Consuming;

/// <summary>
/// Commits the batches of one group reader: in transactions, or with at-least-once delivery by an append followed by an offset commit.
/// </summary>
internal sealed class KafkaCommitter(
    KafkaClients clients, KafkaAppender appender, IConsumer<byte[], byte[]> consumer, KafkaBatches batches, string group) : IDisposable
{
    /// <summary>How often a commit, or a request for committed offsets, is retried while the group rebalances and refuses it.</summary>
    public const int RebalanceRetries = 20;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly KafkaTransactions? _transactions = clients.Settings.Transactional ? new(clients, group) : null;

    /// <summary>Commits a batch. One call at a time.</summary>
    /// <exception cref="BatchRevokedException">The batch was not committed; all uncommitted batches are invalid.</exception>
    public async Task CommitAsync(ReadBatch batch, IReadOnlyList<NewRecord> outputs, CancellationToken cancellation)
    {
        var offsets = await CommitOrInvalidateAsync(batch, outputs, cancellation);
        foreach (var end in batches.Committed(batch, offsets))
            CommitEnd(end);
    }

    /// <summary>Commits an offset behind transaction markers, so that the lag of a group that has read everything is 0.</summary>
    public void CommitEnd(TopicPartitionOffset end)
    {
        try
        {
            consumer.Commit([end]);
            batches.EndCommitted(end);
        }
        catch (KafkaException e)
        {
            clients.Logger.LogDebug("The end of {Partition} is not committed yet: {Reason}", end.TopicPartition, e.Error.Reason);
        }
    }

    public void Dispose() => _transactions?.Dispose();

    private async Task<Dictionary<TopicPartition, Offset>> CommitOrInvalidateAsync(
        ReadBatch batch, IReadOnlyList<NewRecord> outputs, CancellationToken cancellation)
    {
        try
        {
            return _transactions is null
                ? await AppendAndCommitAsync(batch, outputs, cancellation)
                : await CommitOffsetsAsync(
                    batch, (offsets, member) => _transactions.Commit(outputs, offsets, member, cancellation), cancellation);
        }
        catch (Exception e) when (e is KafkaException or LogUnavailableException)
        {
            batches.Invalidate();
            throw new BatchRevokedException(
                $"A batch of consumer group '{group}' could not be committed and will be delivered again: {e.Message}", e);
        }
        catch (OperationCanceledException)
        {
            batches.Invalidate(); // the outcome is unknown here; the committed offsets tell
            throw;
        }
    }

    private async Task<Dictionary<TopicPartition, Offset>> AppendAndCommitAsync(
        ReadBatch batch, IReadOnlyList<NewRecord> outputs, CancellationToken cancellation)
    {
        batches.OffsetsOf(batch); // rejects an invalid batch before anything is appended
        if (batch.Records.Count == 0)
            await CommitOffsetsAsync(batch, (offsets, _) => consumer.Commit(offsets), cancellation); // moves nothing: fencing comes first
        await appender.AppendAsync(outputs, cancellation);
        return await CommitOffsetsAsync(batch, (offsets, _) => consumer.Commit(offsets), cancellation);
    }

    private async Task<Dictionary<TopicPartition, Offset>> CommitOffsetsAsync(
        ReadBatch batch, Action<List<TopicPartitionOffset>, IConsumerGroupMetadata> commit, CancellationToken cancellation)
    {
        for (var left = RebalanceRetries; ; left--)
        {
            try
            {
                // In this order: if partitions are revoked after the check, the membership from before is outdated and brokers refuse it.
                var member = GetMembership();
                var offsets = batches.OffsetsOf(batch);
                var sent = offsets.Select(static o => new TopicPartitionOffset(o.Key, o.Value)).ToList();
                await Task.Run(() => commit(sent, member), CancellationToken.None);
                return offsets;
            }
            catch (KafkaException e) when (left > 0 && KafkaErrors.IsRebalancing(e.Error))
            {
                await Task.Delay(RetryDelay, clients.Time, cancellation);
            }
        }
    }

    /// <summary>
    /// Returns the membership that fences this reader (KIP-447). Brokers accept the offsets of a reader that names no member, so a reader
    /// that has left its group, and has no member id until it has joined again, must not commit.
    /// </summary>
    private IConsumerGroupMetadata GetMembership()
    {
        var (before, member, after) = (consumer.MemberId, consumer.ConsumerGroupMetadata, consumer.MemberId);
        return before.Length > 0 && before == after ? member
            : throw new KafkaException(new Error(ErrorCode.UnknownMemberId, "this reader is not a member of its group at the moment"));
    }
}
