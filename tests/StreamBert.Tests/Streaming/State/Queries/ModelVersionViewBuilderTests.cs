using StreamBert.Contracts;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Tests.Streaming.State.Queries;

public sealed class ModelVersionViewBuilderTests
{
    private static readonly ModelTrained Shipped = new()
    {
        Model = "default",
        Version = "default-v1",
        TrainedAt = DateTimeOffset.UnixEpoch,
        TrainingSeconds = 0,
        FeedbackCount = 0,
        ReplayCount = 0,
        Candidate = [],
        Accepted = true,
        Gates = [],
    };

    private static readonly ModelTrained Candidate = Shipped with { Version = "default-v2", Parent = "default-v1", TrainingSeconds = 9 };

    [Fact]
    public void A_package_that_ships_serves_until_another_version_is_promoted()
    {
        Assert.Equal(ModelStates.Serving, StateOf("default-v1", serving: null));
        Assert.Equal(ModelStates.Retired, StateOf("default-v1", serving: "default-v2"));
    }

    [Fact]
    public void A_candidate_that_passed_but_was_not_promoted_only_is_accepted() =>
        Assert.Equal(ModelStates.Accepted, StateOf("default-v2", serving: null));

    [Theory]
    [InlineData(RolloutStages.Canary, null, ModelStates.Canary)]
    [InlineData(RolloutStages.Shadow, "default-v1", ModelStates.Shadow)]
    [InlineData(RolloutStages.Canary, "default-v9", ModelStates.Accepted)] // another version was promoted meanwhile
    [InlineData(RolloutStages.RolledBack, null, ModelStates.RolledBack)]
    [InlineData(RolloutStages.Cancelled, null, ModelStates.Accepted)]
    public void A_candidate_has_the_state_of_its_rollout(string stage, string? serving, string state) =>
        Assert.Equal(state, StateOf("default-v2", serving, stage));

    [Theory]
    [InlineData(RolloutStages.Canary, 0, true)]
    [InlineData(RolloutStages.Canary, 1, false)] // a report on an earlier stage
    [InlineData(RolloutStages.RolledBack, 0, false)]
    public void The_figures_of_a_stage_are_shown_while_it_is_under_way(string stage, int secondsBefore, bool isShown)
    {
        var progress = new RolloutProgressed
        {
            Model = "default",
            Version = "default-v2",
            Champion = "default-v1",
            Stage = RolloutStages.Canary,
            StageStart = DateTimeOffset.UnixEpoch.AddSeconds(-secondsBefore),
            Texts = 7,
            EarliestEnd = DateTimeOffset.UnixEpoch,
            ReportedAt = DateTimeOffset.UnixEpoch,
        };

        Assert.Equal(isShown, ViewOf("default-v2", null, stage, progress).RolloutProgress is not null);
    }

    private static string StateOf(string version, string? serving, string? stage = null) => ViewOf(version, serving, stage).State;

    private static ModelVersionView ViewOf(string version, string? serving, string? stage, RolloutProgressed? progress = null)
    {
        var views = new ModelVersionViewBuilder(
            ["default-v2", "default-v1"],
            new Dictionary<string, ModelTrained> { ["default-v1"] = Shipped, ["default-v2"] = Candidate },
            new Dictionary<string, ModelPromoted>(),
            new Dictionary<string, ModelRolledBack>(),
            new Dictionary<string, ModelRefused>(),
            serving is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["default"] = serving },
            new Dictionary<string, long> { ["default-v1"] = 5 })
        {
            Rollouts = stage is null ? new Dictionary<string, RolloutChanged>() : new() { ["default-v2"] = Rollout(stage) },
            RolloutProgress = progress is null ? new Dictionary<string, RolloutProgressed>() : new() { ["default-v2"] = progress },
        };
        return views.Build().Single(view => view.Version == version);
    }

    private static RolloutChanged Rollout(string stage) => new()
    {
        Model = "default",
        Version = "default-v2",
        Champion = "default-v1",
        Stage = stage,
        Directory = "default/default-v2",
        Sha256 = "ab",
        ChangedAt = DateTimeOffset.UnixEpoch,
        By = "test",
        Reason = "test",
    };
}
