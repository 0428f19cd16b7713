using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamBert.Streaming.Log.Kafka.Clients;

/// <summary>Classifies the errors of Kafka's protocol and of librdkafka.</summary>
internal static class KafkaErrors
{
    /// <summary>
    /// Tells whether the same request may succeed later: the errors that the protocol calls retriable, and those of librdkafka's
    /// connections. Brokers report "no such entry" for partitions without a leader, and an invalid replication factor while too few brokers
    /// are running.
    /// </summary>
    public static bool IsTransient(Error error) => InvalidatesProducer(error) || error.Code is
        ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_TimedOut or ErrorCode.Local_MsgTimedOut
        or ErrorCode.Local_Resolve or ErrorCode.Local_WaitCoord or ErrorCode.Local_Retry or ErrorCode.Local_NoEnt
        or ErrorCode.Local_DestroyBroker or ErrorCode.Local_TimedOutQueue or ErrorCode.Local_WaitCache or ErrorCode.Local_UnknownPartition
        or ErrorCode.Local_UnknownTopic or ErrorCode.Unknown or ErrorCode.InvalidMsg or ErrorCode.LeaderNotAvailable
        or ErrorCode.NotLeaderForPartition or ErrorCode.RequestTimedOut or ErrorCode.NetworkException or ErrorCode.BrokerNotAvailable
        or ErrorCode.ReplicaNotAvailable or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend
        or ErrorCode.InvalidReplicationFactor or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.NotCoordinatorForGroup
        or ErrorCode.GroupLoadInProgress or ErrorCode.NotController or ErrorCode.ConcurrentTransactions or ErrorCode.KafkaStorageError
        or ErrorCode.ListenerNotFound or ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch or ErrorCode.OffsetNotAvailable
        or ErrorCode.PreferredLeaderNotAvailable or ErrorCode.EligibleLeadersNotAvailable or ErrorCode.UnstableOffsetCommit
        or ErrorCode.ThrottlingQuotaExceeded or ErrorCode.UnknownTopicId or ErrorCode.UnknownTopicOrPart;

    /// <summary>Tells whether an idempotent producer cannot be used after this error, while a new one can.</summary>
    public static bool InvalidatesProducer(Error error) => error.IsFatal || error.Code is
        ErrorCode.Local_Fatal or ErrorCode.Local_PurgeQueue or ErrorCode.Local_PurgeInflight or ErrorCode.OutOfOrderSequenceNumber
        or ErrorCode.UnknownProducerId or ErrorCode.InvalidProducerEpoch or ErrorCode.InvalidProducerIdMapping or ErrorCode.ProducerFenced;

    /// <summary>Tells whether a consumer may retry its commit: its group is rebalancing.</summary>
    public static bool IsRebalancing(Error error) =>
        error.Code is ErrorCode.IllegalGeneration or ErrorCode.RebalanceInProgress or ErrorCode.UnknownMemberId;

    /// <summary>Returns the error of each part of a failed request, or that of the whole request.</summary>
    public static List<Error> In(KafkaException exception) => [.. (exception switch
    {
        ListOffsetsException ends => ends.Result.ResultInfos.Select(static r => r.TopicPartitionOffsetError.Error),
        TopicPartitionOffsetException offsets => offsets.Results.Select(static r => r.Error),
        CreateTopicsException topics => topics.Results.Select(static r => r.Error)
            .Where(static e => e.Code != ErrorCode.TopicAlreadyExists),
        _ => [exception.Error],
    }).Where(static error => error.IsError)];
}
