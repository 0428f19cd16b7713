using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Tests.Streaming.Hosting.Health;

public sealed class HealthEndpointTests
{
    [Theory]
    [InlineData("localhost", "localhost")]
    [InlineData("*", "any.name.at.all")]
    public async Task A_worker_shows_health_and_metrics_at_one_address(string host, string askedAs)
    {
        var folder = Directory.CreateTempSubdirectory("streambert-health-");
        var port = FreePort();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Log:Directory"] = folder.FullName,
            ["Metrics:Host"] = host,
            ["Metrics:Port"] = $"{port}",
        });
        builder.AddStreamBertDefaults("test");
        using (var worker = builder.Build())
        {
            await worker.StartAsync(TestContext.Current.CancellationToken);

            Assert.Contains("ready", await AskAsync(port, askedAs, "/health/ready"), StringComparison.Ordinal);
            Assert.Empty(await AskAsync(port, askedAs, "/health/ready", HttpMethod.Head));
            Assert.Contains("target_info", await AskAsync(port, askedAs, "/metrics"), StringComparison.Ordinal);

            await worker.StopAsync(TestContext.Current.CancellationToken);
        }
        folder.Delete(recursive: true);
    }

    private static async Task<string> AskAsync(int port, string askedAs, string path, HttpMethod? method = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, $"http://localhost:{port}{path}")
        {
            Headers = { Host = $"{askedAs}:{port}" }
        };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A port with a free one after it.</summary>
    private static int FreePort()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            try
            {
                using var next = new TcpListener(IPAddress.Loopback, port + 1);
                next.Start();
                return port;
            }
            catch (SocketException)
            {
                // taken: try another pair
            }
        }
    }
}
