using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>The commits of one group reader: transactions, or with at-least-once delivery a flush and then the offsets.</summary>
internal sealed class KafkaCommits(
    KafkaClients clients,
    KafkaAppender appender,
    IConsumer<byte[], byte[]> consumer,
    InFlightBatches inFlight,
    string group) : IDisposable
{
    /// <summary>
    /// While a group hands its partitions round, for an instant it takes no commits; a commit is tried again so often, as is the question
    /// what is committed.
    /// </summary>
    public const int AttemptsWhileGroupMoves = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly KafkaTransactions? _transactions = clients.Settings.Transactional ? new(clients, group) : null;

    /// <summary>Commits a batch; one at a time.</summary>
    /// <exception cref="BatchRevokedException">It was not committed; all that is in flight is void.</exception>
    public async Task CommitAsync(ReadBatch batch, IReadOnlyList<NewRecord> outputs, CancellationToken cancellation)
    {
        var offsets = await CommitOrVoidAsync(batch, outputs, cancellation);
        foreach (var end in inFlight.Committed(batch, offsets))
            Settle(end);
    }

    /// <summary>Commits the position behind marks that nobody reads, so that the lag of a group that has read everything is 0.</summary>
    public void Settle(TopicPartitionOffset end)
    {
        try
        {
            consumer.Commit([end]);
            inFlight.Settled(end);
        }
        catch (KafkaException e)
        {
            clients.Logger.LogDebug("The end of {Partition} is not committed yet: {Reason}", end.TopicPartition, e.Error.Reason);
        }
    }

    public void Dispose() => _transactions?.Dispose();

    private async Task<Dictionary<TopicPartition, Offset>> CommitOrVoidAsync(
        ReadBatch batch,
        IReadOnlyList<NewRecord> outputs,
        CancellationToken cancellation)
    {
        try
        {
            if (_transactions is not null)
            {
                return await CommitAsync(
                    batch,
                    (offsets, member) => _transactions.Commit(outputs, offsets, member, cancellation),
                    cancellation);
            }

            inFlight.Offsets(batch); // refuses what is not ours before anything is written
            if (batch.Records.Count == 0)
                await CommitAsync(batch, (offsets, _) => consumer.Commit(offsets), cancellation); // moves nothing, so the brokers may be asked first
            await appender.AppendAsync(outputs, cancellation);
            return await CommitAsync(batch, (offsets, _) => consumer.Commit(offsets), cancellation);
        }
        catch (Exception e) when (e is KafkaException or LogUnavailableException)
        {
            inFlight.Void();
            throw new BatchRevokedException($"The batch of '{group}' could not be committed and will be delivered again: {e.Message}", e);
        }
        catch (OperationCanceledException)
        {
            inFlight.Void(); // how it ended is not known here; what is committed tells
            throw;
        }
    }

    private async Task<Dictionary<TopicPartition, Offset>> CommitAsync(
        ReadBatch batch, Action<List<TopicPartitionOffset>, IConsumerGroupMetadata> commit, CancellationToken cancellation)
    {
        for (var left = AttemptsWhileGroupMoves; ; left--)
        {
            try
            {
                // In this order: if the partitions move after the check, the membership taken before it is outdated and the brokers refuse
                // it.
                var member = Membership();
                var offsets = inFlight.Offsets(batch);
                await Task.Run(
                    () => commit([.. offsets.Select(static o => new TopicPartitionOffset(o.Key, o.Value))], member),
                    CancellationToken.None);
                return offsets;
            }
            catch (KafkaException e) when (left > 0
                && e.Error.Code is ErrorCode.IllegalGeneration or ErrorCode.RebalanceInProgress or ErrorCode.UnknownMemberId)
            {
                await Task.Delay(Pause, cancellation);
            }
        }
    }

    /// <summary>
    /// What fences this reader (KIP-447). Brokers wave through the offsets of one who names no member, so a reader that has been put out
    /// of its group, and has no name until it is in again, must not commit.
    /// </summary>
    private IConsumerGroupMetadata Membership()
    {
        var (before, member, after) = (consumer.MemberId, consumer.ConsumerGroupMetadata, consumer.MemberId);
        return before.Length > 0 && before == after ? member
            : throw new KafkaException(new Error(ErrorCode.UnknownMemberId, "this reader is not a member of its group at the moment"));
    }
}
