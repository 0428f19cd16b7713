using StreamBert.Chaos;
using StreamBert.Chaos.Plan;

namespace StreamBert.IntegrationTests.Chaos;

/// <summary>
/// Runs short fault plans of the chaos harness; its own command runs long ones. Every acknowledged text has exactly one outcome, whatever
/// fault is injected.
/// </summary>
public sealed class ChaosTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-chaos-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public Task Kills_and_a_pause_lose_and_duplicate_no_text() =>
        AssertNothingLostAsync(new() { Directory = _directory, Seed = 1, Kills = 2, Pauses = 1, Model = "small" });

    [Fact]
    public Task A_failover_between_two_instances_loses_and_duplicates_no_text() =>
        AssertNothingLostAsync(new() { Directory = _directory, Seed = 2, Kills = 2, Instances = 2, Model = "small" });

    [Fact]
    public Task A_restart_of_a_real_broker_under_two_instances_loses_and_duplicates_no_text()
    {
        var servers = Environment.GetEnvironmentVariable("STREAMBERT_TEST_KAFKA");
        var restart = Environment.GetEnvironmentVariable("STREAMBERT_TEST_KAFKA_RESTART");
        Assert.SkipWhen(servers is null, "STREAMBERT_TEST_KAFKA is not set.");
        return AssertNothingLostAsync(new()
        {
            Directory = _directory,
            Seed = 3,
            Kills = 4,
            Instances = 2,
            Kafka = servers,
            BrokerRestartCommand = restart,
            BrokerRestarts = restart is null ? 0 : 1,
        });
    }

    private static async Task AssertNothingLostAsync(ChaosOptions options)
    {
        await using var progress = new StringWriter();

        var result = await new ChaosRun(options, progress, TimeProvider.System).RunAsync(Cancellation);

        Assert.True(result.IsSuccess, $"{progress}{result.ToJson()}");
        Assert.True(result.Acknowledged > 0);
    }
}
