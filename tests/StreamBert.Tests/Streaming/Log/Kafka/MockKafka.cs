using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace StreamBert.Tests.Streaming.Log.Kafka;

/// <summary>The requests whose answers the mock can be told to make errors, with their numbers in Kafka's protocol.</summary>
public enum MockRequest : short
{
    Produce = 0,
    Fetch = 1,
    ListOffsets = 2,
    Metadata = 3,
    OffsetCommit = 8,
    OffsetFetch = 9,
    FindCoordinator = 10,
    JoinGroup = 11,
    Heartbeat = 12,
    LeaveGroup = 13,
    SyncGroup = 14,
    InitProducerId = 22,
    AddPartitionsToTxn = 24,
    AddOffsetsToTxn = 25,
    EndTxn = 26,
    TxnOffsetCommit = 28,
}

/// <summary>
/// librdkafka's own mock cluster of one broker inside this process: real protocol over real sockets, for groups, offsets, retries, errors
/// and outages. Of transactions it takes the requests, but does not keep the offsets committed in them. It does not create topics on
/// request.
/// </summary>
public sealed class MockKafka : IDisposable
{
    private const int Broker = 1;

    private readonly IAdminClient _client = new AdminClientBuilder(
        [new("bootstrap.servers", "mock"), new("test.mock.num.brokers", "1")]).SetLogHandler(static (_, _) => { }).Build();
    private readonly nint _cluster;

    public MockKafka()
    {
        var broker = _client.GetMetadata(TimeSpan.FromSeconds(10)).Brokers.Single();
        BootstrapServers = $"{broker.Host}:{broker.Port}";
        var client = (SafeHandle)typeof(Handle).GetProperty("LibrdkafkaHandle", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(
            _client.Handle)!;
        _cluster = Native.ClusterOf(client.DangerousGetHandle());
        // Else every first reader of a group waits 3 s for others; with 0 the mock may forget two that join at once.
        Native.SetRebalanceDelay(_cluster, 100);
    }

    public string BootstrapServers { get; }

    public void CreateTopic(string name, int partitions) => Native.CreateTopic(_cluster, name, partitions, 1);

    /// <summary>
    /// The next answers to requests of that kind are these errors, whoever asks; <see cref="ErrorCode.Local_Transport"/> closes the
    /// connection instead.
    /// </summary>
    public void Inject(MockRequest request, params ErrorCode[] errors) =>
        Native.PushErrors(_cluster, (short)request, (nuint)errors.Length, [.. errors.Select(static error => (int)error)]);

    /// <summary>Removes the pending errors and resets the counts of requests.</summary>
    public void Reset(MockRequest request)
    {
        Native.ClearErrors(_cluster, (short)request);
        Native.StartTracking(_cluster);
        Native.ClearRequests(_cluster);
    }

    /// <summary>Requests of that kind since <see cref="Reset"/>.</summary>
    public int Asked(MockRequest request)
    {
        var requests = Native.GetRequests(_cluster, out var count);
        var asked = Enumerable.Range(0, (int)count)
            .Count(i => Native.ApiKey(Marshal.ReadIntPtr(requests, i * nint.Size)) == (short)request);
        Native.DestroyRequests(requests, count);
        return asked;
    }

    /// <summary>As while brokers elect the leader of a partition: it has none.</summary>
    public void TakeLeader(string topic, int partition) => Native.SetLeader(_cluster, topic, partition, -1);

    public void GiveLeader(string topic, int partition) => Native.SetLeader(_cluster, topic, partition, Broker);

    /// <summary>Closes the broker's connections and its port.</summary>
    public void GoDown() => Native.SetDown(_cluster, Broker);

    public void ComeUp() => Native.SetUp(_cluster, Broker);

    public void Dispose() => _client.Dispose();

    /// <summary>Functions that Confluent.Kafka does not bring.</summary>
    private static class Native
    {
        public static readonly HandleFunction ClusterOf = Function<HandleFunction>("rd_kafka_handle_mock_cluster");
        public static readonly IntAction SetRebalanceDelay = Function<IntAction>("rd_kafka_mock_group_initial_rebalance_delay_ms");
        public static readonly TopicFunction CreateTopic = Function<TopicFunction>("rd_kafka_mock_topic_create");
        public static readonly LeaderFunction SetLeader = Function<LeaderFunction>("rd_kafka_mock_partition_set_leader");
        public static readonly PushFunction PushErrors = Function<PushFunction>("rd_kafka_mock_push_request_errors_array");
        public static readonly ShortAction ClearErrors = Function<ShortAction>("rd_kafka_mock_clear_request_errors");
        public static readonly HandleAction StartTracking = Function<HandleAction>("rd_kafka_mock_start_request_tracking");
        public static readonly HandleAction ClearRequests = Function<HandleAction>("rd_kafka_mock_clear_requests");
        public static readonly RequestsFunction GetRequests = Function<RequestsFunction>("rd_kafka_mock_get_requests");
        public static readonly RequestsAction DestroyRequests = Function<RequestsAction>("rd_kafka_mock_request_destroy_array");
        public static readonly KeyFunction ApiKey = Function<KeyFunction>("rd_kafka_mock_request_api_key");
        public static readonly IntFunction SetDown = Function<IntFunction>("rd_kafka_mock_broker_set_down");
        public static readonly IntFunction SetUp = Function<IntFunction>("rd_kafka_mock_broker_set_up");

        /// <summary>The build of librdkafka that Confluent.Kafka found to load on this system, tried in its order.</summary>
        private static nint Library => field != 0 ? field : field = new[] { "librdkafka", "centos8-librdkafka", "alpine-librdkafka" }
            .Select(static name => NativeLibrary.TryLoad(name, typeof(MockKafka).Assembly, null, out var library) ? library : 0)
            .FirstOrDefault(static library => library != 0) is var found and not 0 ? found : throw new DllNotFoundException(
                "No build of librdkafka loads on this system.");

        private static T Function<T>(string name) where T : Delegate
            => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(Library, name));

        public delegate nint HandleFunction(nint handle);
        public delegate void HandleAction(nint handle);
        public delegate void IntAction(nint cluster, int value);
        public delegate int IntFunction(nint cluster, int value);
        public delegate void ShortAction(nint cluster, short value);
        public delegate short KeyFunction(nint request);
        public delegate int TopicFunction(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, int partitions, int replicas);
        public delegate int LeaderFunction(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partition, int broker);
        public delegate void PushFunction(nint cluster, short request, nuint count, int[] errors);
        public delegate nint RequestsFunction(nint cluster, out nuint count);
        public delegate void RequestsAction(nint requests, nuint count);
    }
}
