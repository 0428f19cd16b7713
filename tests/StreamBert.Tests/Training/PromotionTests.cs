using StreamBert.Contracts;
using StreamBert.Model.Packages;
using StreamBert.Training.Registry;

namespace StreamBert.Tests.Training;

/// <summary>Models that ship nowhere: imported, promoted by a person, and from then on like any other.</summary>
public sealed class PromotionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_promotion_says_where_the_version_lies_what_it_weighs_and_what_served_before()
    {
        await using var bench = await BenchAsync("a", "b");
        var promotion = new Promotion(bench.Log, bench.Directories, TimeProvider.System);

        await promotion.MakeAsync("mine", "a", "import", "cli:kim", Cancellation);
        var promoted = await promotion.MakeAsync("mine", "b", "import", "cli:kim", Cancellation);

        Assert.Equal(("b", "a", "mine/b", "import"), (promoted!.Version, promoted.Previous, promoted.Directory, promoted.By));
        Assert.Equal(ModelPackage.Sha256(bench.Directories.Resolve("mine/b")), promoted.Sha256);
        Assert.Null(await promotion.MakeAsync("mine", "b", "import", "cli:kim", Cancellation));
        Assert.Equal(2, (await bench.ModelEventsAsync()).Count);
        var audited = await bench.Log.ReadToEndAsync(Topics.Audit, null, Cancellation)
            .Select(static record => Wire.Deserialize<AuditEntry>(record.Value))
            .ToListAsync(Cancellation);
        Assert.Equal(
            [("cli:kim", AuditActions.ModelPromoted, "mine/a"), ("cli:kim", AuditActions.ModelPromoted, "mine/b")],
            audited.Select(static entry => (entry.Actor, entry.Action, entry.Target)));
    }

    [Fact]
    public async Task An_imported_version_is_rolled_back_to_the_one_before_it_and_the_first_has_none()
    {
        await using var bench = await BenchAsync("a", "b");
        var promotion = new Promotion(bench.Log, bench.Directories, TimeProvider.System);
        var errors = new List<Exception>();
        var rollback = new Rollback(bench.Log, bench.Directories, TimeProvider.System, new TestLog<Rollback>(errors.Add));
        var request = new RollbackRequested { Model = "mine", By = "anna", Reason = "worse", OccurredAt = TrainingBench.Start };

        await promotion.MakeAsync("mine", "a", "import", "cli:kim", Cancellation);
        Assert.Null(await rollback.DecideAsync(request, Cancellation));
        Assert.Contains("no version before it", Assert.Single(errors).Message, StringComparison.Ordinal);

        await promotion.MakeAsync("mine", "b", "import", "cli:kim", Cancellation);
        var back = await rollback.DecideAsync(request, Cancellation);
        Assert.Equal(("b", "a", "mine/a"), (back!.From, back.To, back.Directory));
    }

    [Fact]
    public async Task An_imported_model_learns_from_feedback()
    {
        await using var bench = await BenchAsync("mine-import");
        await new Promotion(bench.Log, bench.Directories, TimeProvider.System).MakeAsync(
            "mine",
            "mine-import",
            "import",
            "cli:kim",
            Cancellation);
        await bench.GiveVerdictsAsync(150);

        await using var trainer = await Running.StartAsync(bench.Trainer());
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
