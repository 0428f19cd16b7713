using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace StreamBert.Tests.Streaming.Log;

/// <summary>
/// librdkafka's own mock cluster inside this process: real protocol over real sockets, for groups, offsets and retries. It knows
/// no transactions worth the name and does not create topics on request, only when asked about them (with 4 partitions).
/// </summary>
public sealed class MockKafka : IDisposable
{
    private readonly IAdminClient _cluster = new AdminClientBuilder(
        [new("bootstrap.servers", "mock"), new("test.mock.num.brokers", "1")]).SetLogHandler(static (_, _) => { }).Build();

    public MockKafka()
    {
        var broker = _cluster.GetMetadata(TimeSpan.FromSeconds(10)).Brokers.Single();
        BootstrapServers = $"{broker.Host}:{broker.Port}";
        SkipRebalanceDelay();
    }

    public string BootstrapServers { get; }

    public void Dispose() => _cluster.Dispose();

    /// <summary>Else every first reader of a group waits 3 s for others; with 0 the mock may forget two that join at once. The setting has no name, only a function.</summary>
    private void SkipRebalanceDelay()
    {
        var client = (SafeHandle)typeof(Handle).GetProperty("LibrdkafkaHandle", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(_cluster.Handle)!;
        var library = Loaded();
        var cluster = Function<MockCluster>(library, "rd_kafka_handle_mock_cluster")(client.DangerousGetHandle());
        Function<SetDelay>(library, "rd_kafka_mock_group_initial_rebalance_delay_ms")(cluster, 100);
    }

    /// <summary>The build of librdkafka that Confluent.Kafka found to load on this system, tried in its order.</summary>
    private static nint Loaded()
    {
        foreach (var name in new[] { "librdkafka", "centos8-librdkafka", "alpine-librdkafka" })
            if (NativeLibrary.TryLoad(name, typeof(MockKafka).Assembly, null, out var library))
                return library;
        throw new DllNotFoundException("No build of librdkafka loads on this system.");
    }

    private static T Function<T>(nint library, string name) where T : Delegate =>
        Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));

    private delegate nint MockCluster(nint client);

    private delegate void SetDelay(nint cluster, int milliseconds);
}
