using StreamBert.Contracts;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.IntegrationTests.Up;

/// <summary>
/// The real <c>up</c> is killed during training, canaries, promotions and swaps. <c>STREAMBERT_FULL=1</c> kills 32 times instead of
/// four.
/// </summary>
public sealed class KilledRolloutTests(ITestOutputHelper output) : IDisposable
{
    private const int Batch = 20;
    private static readonly int KillsOfEach = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 8 : 1;
    private readonly RolloutSystem _system = new();
    private readonly Random _random = new(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _system.Dispose();

    [Fact]
    public async Task Kills_leave_no_half_promoted_version_lose_no_text_and_training_resumes()
    {
        await KillDuringTrainingAsync();
        for (var kill = 0; kill < KillsOfEach; kill++)
        {
            await KillAsync($"canary {kill}", $"default-c{kill}", ModelStates.Canary, _random.Next(0, 500));
            await KillAsync($"promotion {kill}", $"default-p{kill}", ModelStates.Canary, _random.Next(800, 1_800));
            await KillAsync($"swap {kill}", $"default-s{kill}", ModelStates.Serving, _random.Next(0, 80));
        }

        await using (var up = _system.Start())
        {
            using var http = new HttpClient { BaseAddress = await up.WaitUntilReadyAsync() };
            var serving = await WaitAsync(up, http, static versions =>
                versions.Any(static version => version.State == ModelStates.Serving) // the state store is being filled again
                && versions.All(static version => version.State != ModelStates.Canary));
            await _system.SendTextsAsync(http, Batch);
            await WaitForPredictionsAsync(http, serving.Single(static version => version.State == ModelStates.Serving).Version);
            await StopAsync(up, http);
        }
        await _system.AssertServingIsCompleteAsync();
        await _system.AssertLedgerIsExactAsync();
    }

    [Fact]
    public async Task A_degraded_canary_is_rolled_back_without_a_person_within_its_configured_time()
    {
        _system.Settings["STREAMBERT_Training__Rollout__CanaryDuration"] = "00:10:00";
        await using (var up = _system.Start())
        {
            using var http = new HttpClient { BaseAddress = await up.WaitUntilReadyAsync() };
            _system.SavePermuted("default-bad");
            await RolloutSystem.RequestCanaryAsync(http, "default-bad");

            var versions = await WaitAsync(
                up, http, static versions => versions.Any(static version => version.State == ModelStates.RolledBack));

            var bad = versions.Single(static version => version.Version == "default-bad");
            output.WriteLine($"rolled back: {bad.Rollout!.Reason}");
            Assert.Equal(("rollout", RolloutStages.RolledBack), (bad.Rollout.By, bad.Rollout.Stage));
            Assert.Equal("label-shift", bad.Rollout.Conditions.Single(static condition => condition.Outcome == GateResult.Failed).Gate);
            Assert.Equal("default-v1", versions.Single(static version => version.State == ModelStates.Serving).Version);
            await StopAsync(up, http);
        }
        await _system.AssertLedgerIsExactAsync();
    }

    /// <summary>Kills during the same run, which starts again each time, and lets it end with a canary and its promotion.</summary>
    private async Task KillDuringTrainingAsync()
    {
        for (var kill = 0; kill <= KillsOfEach; kill++)
        {
            await using var up = _system.Start();
            using var http = new HttpClient { BaseAddress = await up.WaitUntilReadyAsync() };
            if (kill == 0)
                await _system.GiveFeedbackAsync(http, 300);
            if (kill < KillsOfEach)
            {
                await WaitAsync(up, http, static versions =>
                    versions.Any(static version => version.Training?.State == TrainingStates.Started));
                await Task.Delay(_random.Next(0, 700), Cancellation);
                await EndAsync(up, $"training {kill}");
            }
            else
            {
                var versions = await WaitAsync(up, http, static versions =>
                    versions.Any(static version => version.Version != "default-v1" && version.State == ModelStates.Serving));
                Assert.Contains(versions, static version => version.Rollout is { Stage: RolloutStages.Promoted });
                await EndAsync(up, "a promotion after training");
            }
        }
    }

    private async Task KillAsync(string when, string version, string state, int milliseconds)
    {
        _system.SaveVersion(version);
        await using var up = _system.Start();
        using var http = new HttpClient { BaseAddress = await up.WaitUntilReadyAsync() };
        await RolloutSystem.RequestCanaryAsync(http, version);
        await WaitAsync(up, http, versions => versions.Any(view => view.Version == version && view.State == state));
        await Task.Delay(milliseconds, Cancellation);
        await EndAsync(up, when);
    }

    private async Task EndAsync(StreamBertProcess up, string when)
    {
        await up.KillAsync();
        output.WriteLine($"killed during {when}");
        await _system.AssertServingIsCompleteAsync();
    }

    /// <summary>Sends texts until a condition on the versions holds.</summary>
    private async Task<IReadOnlyList<ModelVersionView>> WaitAsync(
        StreamBertProcess up, HttpClient http, Func<IReadOnlyList<ModelVersionView>, bool> condition)
    {
        var versions = await RolloutSystem.ReadVersionsAsync(http);
        for (var round = 0; !condition(versions); round++)
        {
            Assert.True(round < 5_000, $"The versions did not reach the awaited state. Output:\n{up.AllOutput}");
            await _system.SendTextsAsync(http, Batch);
            await Task.Delay(40, Cancellation);
            versions = await RolloutSystem.ReadVersionsAsync(http);
        }
        return versions;
    }

    private async Task WaitForPredictionsAsync(HttpClient http, string version)
    {
        while (!(await http.GetStringAsync("v1/predictions?limit=1", Cancellation)).Contains($"\"{version}\"", StringComparison.Ordinal))
        {
            await _system.SendTextsAsync(http, 1);
            await Task.Delay(20, Cancellation);
        }
    }

    /// <summary>Waits until every text has its outcome, and stops.</summary>
    private static async Task StopAsync(StreamBertProcess up, HttpClient http)
    {
        while (await RolloutSystem.CountInFlightAsync(http) > 0)
            await Task.Delay(50, Cancellation);
        await up.TerminateAsync();
        Assert.True(await up.WaitForExitAsync() == 0, up.AllOutput);
    }
}
