using System.Net;
using System.Net.Sockets;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.IntegrationTests.Gateway;

public sealed class ProjectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_are_classified_without_a_state_store_and_shown_after_its_return()
    {
        var redis = await RedisServer.StartAsync();
        await redis.DisposeAsync();
        await using var gateway = await GatewayHost.StartAsync(redis.ConnectionString);

        var ready = await gateway.GetUntilAsync("/health/ready", _ => true);
        var sent = await gateway.PostAsync("/v1/texts", new { id = "mine", text = "a bad day" });
        var classified = await gateway.PostAsync("/v1/classify", new { text = "a bad day" });
        var asked = await gateway.Client.GetAsync("/v1/predictions/mine", Cancellation);
        var status = await gateway.GetAsync("/v1/status");

        Assert.Equal("degraded", ready.GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        Assert.Equal(HttpStatusCode.OK, classified.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, asked.StatusCode);
        Assert.NotNull(asked.Headers.RetryAfter);
        Assert.Equal("degraded", status.GetProperty("status").GetString());
        await gateway.GetUntilAsync("/v1/status", answer => ApiTests.Total(answer) is (2, 2, 0, 0)); // the ledger needs no state store

        await using var again = await RedisServer.StartAsync(redis.Port);
        await gateway.GetUntilAsync("/v1/predictions/mine", _ => true);
        await gateway.GetUntilAsync("/v1/status", answer => ApiTests.Total(answer) is (2, 2, 0, 0));
        await gateway.GetUntilAsync("/health/ready", answer => answer.GetProperty("status").GetString() == "ready");
    }

    [Fact]
    public async Task A_flushed_store_is_rebuilt_with_the_same_counts()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(redis.ConnectionString);
        await gateway.PostAsync("/v1/texts", Enumerable.Range(0, 500).Select(static number => new { id = $"a-{number}", text = "a" }));
        await gateway.GetUntilAsync("/v1/status", answer => ApiTests.Total(answer) is (500, 500, 0, 0));

        await EmptyAsync(redis.Port);
        await gateway.PostAsync("/v1/texts", Enumerable.Range(0, 500).Select(static number => new { id = $"b-{number}", text = "b" }));

        await gateway.GetUntilAsync("/v1/status", answer => ApiTests.Total(answer) is (1_000, 1_000, 0, 0));
        await gateway.GetUntilAsync("/v1/predictions/a-0", _ => true);
    }

    [Fact]
    public async Task A_store_filled_from_another_log_is_cleared_first()
    {
        await using var redis = await RedisServer.StartAsync();
        await using (var old = await GatewayHost.StartAsync(redis.ConnectionString))
        {
            await old.PostAsync("/v1/texts", Enumerable.Range(0, 200).Select(static number => new { id = $"old-{number}", text = "a" }));
            await old.GetUntilAsync("/v1/status", answer => ApiTests.Total(answer) is (200, 200, 0, 0));
        }

        await using var gateway = await GatewayHost.StartAsync(redis.ConnectionString);
        await gateway.PostAsync("/v1/texts", new { id = "new", text = "a" });

        await gateway.GetUntilAsync("/v1/status", answer => ApiTests.Total(answer) is (1, 1, 0, 0));
        await gateway.GetUntilAsync("/v1/predictions/new", _ => true);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Client.GetAsync("/v1/predictions/old-0", Cancellation)).StatusCode);
    }

    private static async Task EmptyAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        await client.GetStream().WriteAsync("FLUSHALL\r\n"u8.ToArray(), Cancellation);
        await client.GetStream().ReadExactlyAsync(new byte[5], Cancellation);
    }
}
