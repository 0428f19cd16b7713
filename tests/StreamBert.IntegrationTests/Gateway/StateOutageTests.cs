using System.Globalization;
using System.Net;
using StreamBert.Contracts;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>
/// A state store that goes away under load takes the read side with it and nothing else, and comes back to what the log says.
/// </summary>
public sealed class StateOutageTests
{
    /// <summary>Seconds; a minute and more with <c>STREAMBERT_OUTAGE_SECONDS</c>.</summary>
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("STREAMBERT_OUTAGE_SECONDS") ?? "4", CultureInfo.InvariantCulture));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("killed, back empty")]
    [InlineData("hanging, back with its data")]
    public async Task Predictions_continue_during_an_outage_and_the_store_then_equals_a_rebuild(string outage)
    {
        var redis = await RedisServer.StartAsync();
        try
        {
            await using var gateway = await GatewayHost.StartAsync(redis.ConnectionString);
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var load = LoadAsync(gateway, enough.Token);
            await gateway.GetUntilAsync(
                "/v1/predictions?limit=20",
                static answer => answer.GetProperty("predictions").GetArrayLength() == 20);

            if (outage.StartsWith("killed", StringComparison.Ordinal))
                await redis.DisposeAsync();
            else
                await redis.PauseAsync();
            await gateway.GetUntilAsync("/health/ready", static answer => answer.GetProperty("status").GetString() == "degraded");
            var before = await PredictionsAsync(gateway);
            var until = TimeProvider.System.GetUtcNow() + Outage;
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20)); // no faster than the Gateway lets anybody ask
            while (TimeProvider.System.GetUtcNow() < until && await pace.WaitForNextTickAsync(Cancellation))
                await AwayAsync(gateway);
            Assert.True(await PredictionsAsync(gateway) > before + 50, "Predictions stood still while the state store was away.");

            if (outage.StartsWith("killed", StringComparison.Ordinal))
                redis = await RedisServer.StartAsync(redis.Port);
            else
                await redis.ResumeAsync();
            await gateway.GetUntilAsync("/v1/status", static answer => answer.GetProperty("status").GetString() == "ok");
            await enough.CancelAsync();
            var sent = await load;
            await RestAsync(gateway, sent);

            var live = await StateDump.OfAsync(redis.ConnectionString);
            Assert.Contains(live, line => line.Contains($"prediction:load-{sent - 1} ", StringComparison.Ordinal));
            Assert.Equal(HttpStatusCode.Accepted, (await gateway.PostAsync("/v1/state/rebuild", new { })).StatusCode);
            await RestAsync(gateway, sent);
            Assert.Equal(live, await StateDump.OfAsync(redis.ConnectionString));
            var audited = Assert.Single(await gateway.Log.ReadToEndAsync(Topics.Audit, null, Cancellation).ToListAsync(Cancellation));
            Assert.Equal(AuditActions.StateRebuilt, Wire.Deserialize<AuditEntry>(audited.Value).Action);
        }
        finally
        {
            await redis.DisposeAsync();
        }
    }

    /// <summary>What the API says while the store is away.</summary>
    private static async Task AwayAsync(GatewayHost gateway)
    {
        var status = await gateway.GetAsync("/v1/status");
        Assert.Equal("degraded", status.GetProperty("status").GetString());
        Assert.Equal("degraded", (await gateway.GetAsync("/health/ready")).GetProperty("status").GetString());
        Assert.NotNull(ApiTests.Total(status).Out);
        using var read = await gateway.Client.GetAsync("/v1/predictions", Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, read.StatusCode);
        Assert.NotNull(read.Headers.RetryAfter);
        Assert.Equal("application/problem+json", read.Content.Headers.ContentType?.MediaType);
        using var classified = await gateway.PostAsync("/v1/classify", new { text = "a bad day" });
        Assert.Equal(HttpStatusCode.OK, classified.StatusCode);
    }

    /// <returns>How many texts were sent.</returns>
    private static async Task<int> LoadAsync(GatewayHost gateway, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var sent = 0;
        for (; !stopping.IsCancellationRequested; sent++)
        {
            using var response = await gateway.PostAsync(
                "/v1/texts",
                new { id = $"load-{sent}", text = sent % 7 == 0 ? "a bad day" : "a day" });
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            await Task.WhenAny(timer.WaitForNextTickAsync(Cancellation).AsTask(), Task.Delay(Timeout.Infinite, stopping));
        }
        return sent;
    }

    /// <summary>Everything sent has its outcome, and the store has all of the log.</summary>
    private static Task RestAsync(GatewayHost gateway, int sent) => gateway.GetUntilAsync("/v1/status", answer =>
        answer.GetProperty("stateStore") is var state && state.TryGetProperty("lag", out var lag) && lag.GetInt64() == 0
        && ApiTests.Total(answer) is { InFlight: 0 } total && total.In >= sent && total.In == total.Out + total.Dead);

    private static async Task<long> PredictionsAsync(GatewayHost gateway) =>
        (await gateway.Log.DescribeAsync([Topics.Predictions], Cancellation)).Sum(static partition => partition.End);
}
