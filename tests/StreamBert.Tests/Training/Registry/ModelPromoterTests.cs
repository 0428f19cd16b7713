using StreamBert.Contracts;
using StreamBert.Model.Packages;
using StreamBert.Training.Registry;
using StreamBert.Training.Requests;

namespace StreamBert.Tests.Training.Registry;

/// <summary>Tests models that do not ship with the program: imported, promoted, rolled back and trained.</summary>
public sealed class ModelPromoterTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_promotion_contains_the_directory_the_checksum_and_the_previous_version()
    {
        await using var bench = await BenchAsync("a", "b");
        var promoter = new ModelPromoter(bench.Log, bench.Directories, TimeProvider.System);

        await promoter.PromoteAsync("mine", "a", "import", "cli:kim", Cancellation);
        var promoted = await promoter.PromoteAsync("mine", "b", "import", "cli:kim", Cancellation);

        Assert.Equal(("b", "a", "mine/b", "import"), (promoted!.Version, promoted.Previous, promoted.Directory, promoted.By));
        Assert.Equal(ModelPackage.HashWeights(bench.Directories.Resolve("mine/b")), promoted.Sha256);
        Assert.Null(await promoter.PromoteAsync("mine", "b", "import", "cli:kim", Cancellation));
        Assert.Equal(2, (await bench.ModelEventsAsync()).Count);
        var audited = await bench.Log.ReadToEndAsync(Topics.Audit, null, Cancellation)
            .Select(static record => Wire.Deserialize<AuditEntry>(record.Value))
            .ToListAsync(Cancellation);
        Assert.Equal(
            [("cli:kim", AuditActions.ModelPromoted, "mine/a"), ("cli:kim", AuditActions.ModelPromoted, "mine/b")],
            audited.Select(static entry => (entry.Actor, entry.Action, entry.Target)));
    }

    [Fact]
    public async Task An_imported_version_is_rolled_back_to_the_previous_one_and_the_first_has_none()
    {
        await using var bench = await BenchAsync("a", "b");
        var promoter = new ModelPromoter(bench.Log, bench.Directories, TimeProvider.System);
        var handler = new ModelRequestHandler(
            bench.Pipelines, bench.Directories, promoter, new(bench.Options.Rollout, TimeProvider.System), TimeProvider.System);
        var request = new RollbackRequested { Model = "mine", By = "anna", Reason = "worse", OccurredAt = TrainingBench.Start };

        await promoter.PromoteAsync("mine", "a", "import", "cli:kim", Cancellation);
        var refusal = handler.Decide(request, null, await ModelHistory.ReadAsync(bench.Log, "mine", Cancellation), new([], [])).Refusal;
        Assert.Equal("The rollback is not possible: a serves, and no other version has served before it.", refusal?.Detail);

        await promoter.PromoteAsync("mine", "b", "import", "cli:kim", Cancellation);
        var decision = handler.Decide(request, null, await ModelHistory.ReadAsync(bench.Log, "mine", Cancellation), new([], []));
        var back = Assert.IsType<ModelRolledBack>(decision.Outcome);
        Assert.Equal(("b", "a", "mine/a"), (back.From, back.To, back.Directory));
    }

    [Fact]
    public async Task An_imported_model_is_trained_on_feedback()
    {
        await using var bench = await BenchAsync("mine-import");
        await new ModelPromoter(bench.Log, bench.Directories, TimeProvider.System).PromoteAsync(
            "mine",
            "mine-import",
            "import",
            "cli:kim",
            Cancellation);
        await bench.GiveFeedbackAsync(150);

        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        var trained = Assert.IsType<ModelTrained>((await bench.ModelEventsAsync(2))[1]);

        Assert.Equal(("mine", "mine-v1", "mine-import"), (trained.Model, trained.Version, trained.Parent));
    }

    private static async Task<TrainingBench> BenchAsync(params string[] versions)
    {
        var bench = await TrainingBench.CreateAsync(new PipelineOptions { Name = "news", Model = "mine", Heads = ["sentiment", "topic"] });
        foreach (var version in versions)
        {
            TinyModel.Save(bench.Directories.Begin("mine", version), version);
            bench.Directories.Complete("mine", version);
        }
        return bench;
    }
}
