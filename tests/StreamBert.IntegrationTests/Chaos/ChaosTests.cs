using StreamBert.Chaos;

namespace StreamBert.IntegrationTests.Chaos;

/// <summary>
/// Short plans of the chaos harness; long ones are its own command's. Every text that was acknowledged comes out once, whatever is done to
/// the processes.
/// </summary>
public sealed class ChaosTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-chaos-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public Task Kills_and_a_pause_lose_and_double_nothing()
        => SoundAsync(new() { Directory = _directory, Seed = 1, Kills = 4, Pauses = 1 });

    [Fact]
    public Task Two_instances_that_change_hands_lose_and_double_nothing()
        => SoundAsync(new() { Directory = _directory, Seed = 2, Kills = 3, Instances = 2 });

    [Fact]
    public Task A_real_broker_that_is_restarted_under_two_instances_loses_and_doubles_nothing()
    {
        var (servers, restart) = (Environment.GetEnvironmentVariable("STREAMBERT_TEST_KAFKA"), Environment.GetEnvironmentVariable(
            "STREAMBERT_TEST_KAFKA_RESTART"));
        Assert.SkipWhen(servers is null, "STREAMBERT_TEST_KAFKA names no broker.");
        return SoundAsync(new()
        {
            Directory = _directory,
            Seed = 3,
            Kills = 4,
            Instances = 2,
            Kafka = servers,
            BrokerRestart = restart,
            BrokerRestarts = restart is null ? 0 : 1,
        });
    }

    private static async Task SoundAsync(ChaosOptions options)
    {
        await using var progress = new StringWriter();

        var result = await new ChaosRun(options, progress).RunAsync(Cancellation);

        Assert.True(result.IsSound, $"{progress}{result.ToJson()}");
        Assert.True(result.Acknowledged > 0);
    }
}
