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
    }

    public string BootstrapServers { get; }

    public void Dispose() => _cluster.Dispose();
}
