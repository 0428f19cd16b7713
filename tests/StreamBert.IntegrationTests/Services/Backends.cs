using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;

namespace StreamBert.IntegrationTests.Services;

/// <summary>
/// librdkafka's mock cluster, in this process, at an address that other processes reach. It knows no transactions, so services that
/// use it deliver at least once.
/// </summary>
internal sealed class MockCluster : IDisposable
{
    private readonly IAdminClient _cluster = new AdminClientBuilder(
        [new("bootstrap.servers", "mock"), new("test.mock.num.brokers", "1")]).SetLogHandler(static (_, _) => { }).Build();

    public string BootstrapServers => _cluster.GetMetadata(TimeSpan.FromSeconds(10)).Brokers.Select(static broker => $"{broker.Host}:{broker.Port}").Single();

    public void Dispose() => _cluster.Dispose();
}

/// <summary>A Redis of the machine's own, empty and in memory only.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly Process _process;
    private readonly int _port = Ports.Free();

    private RedisServer(string path) => _process = Process.Start(new ProcessStartInfo(
        path, ["--port", $"{_port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
    { RedirectStandardOutput = true })!;

    public string ConnectionString => $"127.0.0.1:{_port}";

    /// <returns>Null where no <c>redis-server</c> is installed.</returns>
    public static RedisServer? TryStart() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(static directory => Path.Combine(directory, "redis-server")).FirstOrDefault(File.Exists) is { } path ? new(path) : null;

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}

internal static class Ports
{
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
