using StreamBert.Contracts;

namespace StreamBert.Tests.Training.Runs;

/// <summary>Tests what happens after a run has ended.</summary>
public sealed class RunCompletionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Versions_beyond_those_to_keep_are_removed_after_a_run_and_each_removal_is_audited()
    {
        await using var bench = await TrainingBench.CreateAsync();
        bench.Options.KeepVersions = 1;
        TinyModel.Save(bench.Directories.Resolve("default/default-v0"), "default-v0");
        await bench.GiveFeedbackAsync(150);

        await using (await RunningService.StartAsync(bench.CreateTrainer()))
        {
            var removal = await bench.Log.TailAsync(Topics.Audit, new Dictionary<int, long>(), Cancellation)
                .SelectMany(static records => records).Select(static record => Wire.Deserialize<AuditEntry>(record.Value))
                .FirstAsync(static entry => entry.Action == AuditActions.ModelRemoved, Cancellation);

            Assert.Equal(("default/default-v0", "training"), (removal.Target, removal.Actor));
        }

        Assert.Equal(["default-v1", "default-v2"], bench.Directories.ListVersions().Select(static version => version.Version));
    }
}
