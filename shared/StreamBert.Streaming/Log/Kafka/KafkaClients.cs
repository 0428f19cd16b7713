using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamBert.Streaming.Settings;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>Makes the clients, all with the same settings and the same way of telling what happens to their connections.</summary>
internal sealed class KafkaClients(KafkaSettings settings, TimeProvider time, ILogger logger)
{
    /// <summary>How long a step of a transaction, or a question of a reader of a group, may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ShortestAttempt = TimeSpan.FromSeconds(1);

    public KafkaSettings Settings => settings;
    public ILogger Logger => logger;

    public IAdminClient Admin() => Checked(() =>
        new AdminClientBuilder(settings.Admin()).SetLogHandler((_, m) => Log(m)).SetErrorHandler((_, e) => Log(e)).Build());

    /// <param name="ended">Is told when the producer can do nothing any more.</param>
    public IProducer<byte[], byte[]> Producer(ProducerConfig config, Action? ended = null) => Checked(() =>
        new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, m) => Log(m)).SetErrorHandler((_, e) =>
        {
            Log(e);
            if (e.IsFatal)
                ended?.Invoke();
        }).Build());

    /// <param name="exclusive">For a reader that has all partitions or none.</param>
    public ConsumerBuilder<byte[], byte[]> Consumer(string group, bool exclusive = false) =>
        new ConsumerBuilder<byte[], byte[]>(settings.Consumer(group, exclusive)).SetLogHandler((_, m) => Log(m))
            .SetErrorHandler((_, e) => Log(e));

    /// <summary>A consumer that belongs to no group: it is told what to read.</summary>
    public IConsumer<byte[], byte[]> Reader() => Checked(() => Consumer($"streambert-reader-{Guid.NewGuid():N}").Build());

    /// <summary>
    /// Sends a query that changes nothing, or may be repeated, and repeats it while the errors are transient, as they are right after a
    /// topic was created or a leader elected:
    /// for <see cref="KafkaSettings.QueryTimeout"/> in all.
    /// </summary>
    /// <param name="query">Is given the time that is left for it.</param>
    /// <exception cref="LogUnavailableException">The brokers did not answer it in that time.</exception>
    public async Task<T> QueryAsync<T>(Func<TimeSpan, Task<T>> query, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var left = settings.QueryTimeout - time.GetElapsedTime(begun);
            try
            {
                return await AskAsync(() => query(left > ShortestAttempt ? left : ShortestAttempt)).WaitAsync(cancellation);
            }
            catch (LogUnavailableException) when (time.GetElapsedTime(begun) + pause < settings.QueryTimeout)
            {
                await Task.Delay(pause, time, cancellation);
            }
        }
    }

    /// <summary>Asks the brokers once; what they cannot answer now is <see cref="LogUnavailableException"/>.</summary>
    public static async Task<T> AskAsync<T>(Func<Task<T>> question)
    {
        try
        {
            return await question();
        }
        catch (KafkaException e) when (Errors(e) is { Count: > 0 } errors && errors.TrueForAll(IsPassing))
        {
            throw new LogUnavailableException($"Kafka does not answer: {Errors(e)[0].Reason}", e);
        }
    }

    /// <summary>
    /// Whether the same request may well succeed later: the errors that the protocol calls retriable, and what librdkafka says of its
    /// connections.
    /// </summary>
    public static bool IsTransient(Error error) => EndsProducer(error) || error.Code is
        ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_TimedOut or ErrorCode.Local_MsgTimedOut or ErrorCode.Local_Resolve
        or ErrorCode.Local_WaitCoord or ErrorCode.Local_Retry
        or ErrorCode.InvalidMsg or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderForPartition or ErrorCode.RequestTimedOut or ErrorCode.NetworkException
        or ErrorCode.BrokerNotAvailable or ErrorCode.ReplicaNotAvailable or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend
        or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupLoadInProgress
        or ErrorCode.NotController or ErrorCode.ConcurrentTransactions or ErrorCode.KafkaStorageError or ErrorCode.ListenerNotFound
        or ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch or ErrorCode.OffsetNotAvailable or ErrorCode.PreferredLeaderNotAvailable
        or ErrorCode.EligibleLeadersNotAvailable or ErrorCode.UnstableOffsetCommit or ErrorCode.ThrottlingQuotaExceeded or ErrorCode.UnknownTopicId
        or ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownPartition or ErrorCode.Local_UnknownTopic;

    /// <summary>Whether an idempotent producer is at its end with it, and another one would do.</summary>
    public static bool EndsProducer(Error error) => error.IsFatal || error.Code is
        ErrorCode.Local_Fatal or ErrorCode.Local_PurgeQueue or ErrorCode.Local_PurgeInflight or ErrorCode.OutOfOrderSequenceNumber or ErrorCode.UnknownProducerId
        or ErrorCode.InvalidProducerEpoch or ErrorCode.InvalidProducerIdMapping or ErrorCode.ProducerFenced;

    /// <summary>What went wrong with each part of a question, or with all of it.</summary>
    private static List<Error> Errors(KafkaException e) => [.. (e switch
    {
        ListOffsetsException ends => ends.Result.ResultInfos.Select(static r => r.TopicPartitionOffsetError.Error),
        TopicPartitionOffsetException offsets => offsets.Results.Select(static r => r.Error),
        CreateTopicsException topics => topics.Results.Select(static r => r.Error)
            .Where(static error => error.Code != ErrorCode.TopicAlreadyExists),
        _ => [e.Error],
    }).Where(static error => error.IsError)];

    /// <summary>
    /// What may be answered later. "No such entry" is said of partitions that have no leader, a replication factor is invalid while too few
    /// brokers are there.
    /// </summary>
    private static bool IsPassing(Error error) => IsTransient(error) || error.Code is
        ErrorCode.Unknown or ErrorCode.Local_NoEnt or ErrorCode.Local_DestroyBroker or ErrorCode.Local_TimedOutQueue or ErrorCode.Local_WaitCache
        or ErrorCode.InvalidReplicationFactor;

    private static T Checked<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new ConfigurationException($"A setting under 'Kafka' is not accepted: {e.Message}", e);
        }
    }

    private void Log(Error error)
    {
        if (error.IsFatal)
            logger.LogError("Kafka: {Reason} ({Code}); this client cannot go on", error.Reason, error.Code);
        else
            logger.LogWarning("Kafka: {Reason} ({Code}); it is retried", error.Reason, error.Code);
    }

    /// <summary>
    /// All clients share the settings of the section, so each of them remarks on those that are for another kind of client.
    /// </summary>
    private void Log(LogMessage message)
    {
        if (message.Facility != "CONFWARN")
        {
            logger.Log(
                (LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging),
                "librdkafka {Facility}: {Message}",
                message.Facility,
                message.Message);
        }
    }
}
