using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Training.Registry;

namespace StreamBert.Tests.Training.Rollout;

/// <summary>Tests rollouts with the real trainer, from the predictions in the log to the events.</summary>
public sealed class RolloutTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trained_candidate_answers_a_share_of_the_keys_before_it_serves()
    {
        await using var bench = await CreateAsync();
        bench.Options.Rollout.Start = RolloutStages.Canary;
        await bench.GiveFeedbackAsync(200);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());

        var started = Assert.IsType<RolloutChanged>((await bench.ModelEventsAsync(3))[2]);
        await PredictAsync(bench, started, static (isCandidate, n) => n % 3 == 0 ? "negative" : "positive");
        var events = await bench.ModelEventsAsync(5);

        Assert.Equal(
            ("default-v2", "default-v1", RolloutStages.Canary, 0.1, "it passed every gate"),
            (started.Version, started.Champion, started.Stage, started.Share, started.Reason));
        var ended = Assert.IsType<RolloutChanged>(events[3]);
        Assert.Equal((RolloutStages.Promoted, "rollout"), (ended.Stage, ended.By));
        Assert.Equal(["errors", "latency", "label-shift"], ended.Conditions.Select(static condition => condition.Gate));
        Assert.Equal("default-v2", Assert.IsType<ModelPromoted>(events[4]).Version);
    }

    [Fact]
    public async Task A_degraded_candidate_is_rolled_back_without_a_person_and_the_reason_is_kept()
    {
        await using var bench = await CreateAsync();
        var started = await StartCanaryAsync(bench, "default-m1");
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());

        await PredictAsync(bench, started, static (isCandidate, n) => isCandidate && n % 3 > 0 ? "negative" : "positive");
        var ended = Assert.IsType<RolloutChanged>((await bench.ModelEventsAsync(2))[1]);

        Assert.Equal(RolloutStages.RolledBack, ended.Stage);
        Assert.Contains("on sentiment in news: ", ended.Reason, StringComparison.Ordinal);
        Assert.Equal(GateResult.Failed, ended.Conditions.Single(static condition => condition.Gate == "label-shift").Outcome);
        var history = await ModelHistory.ReadAsync(bench.Log, "default", Cancellation);
        Assert.Equal((null, 0), (history.Rollout, history.Served.Count));
        Assert.Equal(2, await CountAuditAsync(bench, AuditActions.RolloutChanged));
        var alert = Assert.IsType<AlertRaised>(Assert.Single(await AlertsAsync(bench)));
        Assert.Equal(
            (AlertKinds.RolloutRolledBack, ended.AlertId, "default-m1 was rolled back; default-v1 serves", "news"),
            (alert.Kind, alert.Id, alert.Title, alert.Series.Pipeline));
        Assert.Contains(ended.Reason, alert.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_alert_about_a_rolled_back_candidate_is_resolved_by_the_next_decision_of_a_person_once()
    {
        await using var bench = await CreateAsync();
        var started = await StartCanaryAsync(bench, "default-m1");
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        await PredictAsync(bench, started, static (isCandidate, n) => isCandidate && n % 3 > 0 ? "negative" : "positive");
        await bench.ModelEventsAsync(2);

        await bench.AppendAsync([new PinRequested { Pinned = true, By = "anna", OccurredAt = TrainingBench.Start }]);
        await bench.AppendAsync([Promotion("default-m1", PromotionRequested.Immediate)]);
        await bench.ModelEventsAsync(3);
        var alerts = await AlertsAsync(bench);

        var resolved = Assert.IsType<AlertResolved>(alerts[1]);
        Assert.Equal(2, alerts.Count);
        Assert.Equal((((AlertRaised)alerts[0]).Id, "anna pinned default-v1."), (resolved.Id, resolved.Message));
    }

    [Fact]
    public async Task Labels_that_are_withdrawn_roll_no_candidate_back()
    {
        await using var bench = await CreateAsync();
        var started = await StartCanaryAsync(bench, "default-m1");
        await PredictAsync(bench, started, static (_, _) => "positive");
        var wrong = Enumerable.Range(0, 60).Where(static n => n % 2 == 0)
            .Select(static n => TrainingBench.Feedback($"p{n}", null, "negative")).ToList();
        await bench.AppendAsync(wrong);
        await bench.AppendAsync(Enumerable.Range(0, 60).Where(static n => n % 2 == 1)
            .Select(static n => TrainingBench.Feedback($"p{n}", null, "positive")));
        await bench.AppendAsync(wrong.Select(static label => TrainingBench.Withdrawal(label, second: 1)));
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());

        var ended = Assert.IsType<RolloutChanged>((await bench.ModelEventsAsync(2))[1]);

        Assert.Equal(RolloutStages.Promoted, ended.Stage);
        Assert.DoesNotContain(ended.Conditions, static condition => condition.Gate == "feedback");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rollout_ends_once_even_if_the_trainer_crashes_around_its_decision(bool afterTheCommit)
    {
        await using var bench = await CreateAsync();
        var started = await StartCanaryAsync(bench, "default-m1");
        await PredictAsync(bench, started, static (isCandidate, n) => "positive");
        await using (var crashing = new CrashingLog(bench.Log, afterTheCommit, countsEmpty: false))
        await using (await RunningService.StartAsync(bench.CreateTrainer(crashing)))
            await crashing.Crashed.WaitAsync(Cancellation);

        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        await bench.ModelEventsAsync(3);
        await bench.AppendAsync([new PinRequested { Pinned = false, By = "anna", OccurredAt = TrainingBench.Start }]); // one more round
        while (await bench.LagAsync() > 0)
            await Task.Delay(5, Cancellation);

        var events = await bench.ModelEventsAsync();
        Assert.Equal([nameof(RolloutChanged), nameof(RolloutChanged), nameof(ModelPromoted)], events.Select(static e => e.GetType().Name));
        Assert.Equal("default-m1", (await ModelHistory.ReadAsync(bench.Log, "default", Cancellation)).Served[^1].Version);
    }

    [Fact]
    public async Task A_candidate_that_workers_refuse_is_rolled_back()
    {
        await using var bench = await CreateAsync();
        await StartCanaryAsync(bench, "default-m1");
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        await bench.AppendAsync([new ModelRefused
        {
            Model = "default",
            Version = "default-m1",
            Serving = "default-v1",
            Reason = "a tensor is missing",
            RefusedAt = TrainingBench.Start,
            AlertId = "a",
        }], Topics.Models);

        var ended = Assert.IsType<RolloutChanged>((await bench.ModelEventsAsync(2))[1]);

        Assert.Equal((RolloutStages.RolledBack, "workers cannot load it: a tensor is missing"), (ended.Stage, ended.Reason));
    }

    [Fact]
    public async Task A_rollback_during_a_rollout_rolls_the_candidate_back_and_leaves_the_champion()
    {
        await using var bench = await CreateAsync();
        await StartCanaryAsync(bench, "default-m1");
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());

        await bench.AppendAsync([new RollbackRequested { By = "anna", Reason = "worse", OccurredAt = TrainingBench.Start }]);
        var ended = Assert.IsType<RolloutChanged>((await bench.ModelEventsAsync(2))[1]);

        Assert.Equal((RolloutStages.RolledBack, "anna", "worse"), (ended.Stage, ended.By, ended.Reason));
        Assert.NotNull(ended.Request);
        Assert.Empty(await AlertsAsync(bench));
    }

    [Theory]
    [InlineData("default-m1", RolloutStages.Promoted)]
    [InlineData("default-m2", RolloutStages.Cancelled)]
    public async Task A_promotion_during_a_rollout_ends_it(string version, string stage)
    {
        await using var bench = await CreateAsync();
        await StartCanaryAsync(bench, "default-m1");
        SaveVersion(bench, "default-m2");
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());

        await bench.AppendAsync([Promotion(version, PromotionRequested.Immediate)]);
        var events = await bench.ModelEventsAsync(3);

        Assert.Equal(("default-m1", stage), (((RolloutChanged)events[1]).Version, ((RolloutChanged)events[1]).Stage));
        Assert.Equal(version, Assert.IsType<ModelPromoted>(events[2]).Version);
    }

    [Fact]
    public async Task Pinning_the_champion_or_starting_another_rollout_cancels_a_rollout()
    {
        await using var bench = await CreateAsync();
        await StartCanaryAsync(bench, "default-m1");
        SaveVersion(bench, "default-m2");
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());

        await bench.AppendAsync([Promotion("default-m2", RolloutStages.Canary)]);
        var events = await bench.ModelEventsAsync(3);
        await bench.AppendAsync([new PinRequested { Pinned = true, By = "anna", OccurredAt = TrainingBench.Start }]);
        var last = Assert.IsType<RolloutChanged>((await bench.ModelEventsAsync(4))[3]);

        Assert.Equal(
            [("default-m1", RolloutStages.Cancelled), ("default-m2", RolloutStages.Canary)],
            events.Skip(1).Cast<RolloutChanged>().Select(static change => (change.Version, change.Stage)));
        Assert.Equal(("default-m2", RolloutStages.Cancelled, "anna pinned default-v1"), (last.Version, last.Stage, last.Reason));
    }

    [Fact]
    public async Task No_run_starts_during_a_rollout_and_the_feedback_waits_for_its_end()
    {
        await using var bench = await CreateAsync();
        bench.Options.Rollout.MinimumTexts = int.MaxValue;
        await StartCanaryAsync(bench, "default-m1");
        await bench.GiveFeedbackAsync(150);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        while (await bench.LagAsync() > 0)
            await Task.Delay(5, Cancellation);

        var before = await bench.ModelEventsAsync();
        await bench.AppendAsync([new RollbackRequested { By = "anna", Reason = "worse", OccurredAt = TrainingBench.Start }]);
        var events = await bench.ModelEventsAsync(3);

        Assert.Single(before);
        Assert.IsType<ModelTrained>(events[2]);
    }

    [Fact]
    public async Task A_candidate_that_agrees_in_the_stage_shadow_comes_to_the_stage_canary()
    {
        await using var bench = await CreateAsync();
        bench.Options.Rollout.ShadowDuration = TimeSpan.Zero;
        SaveVersion(bench, "default-m1");
        await bench.AppendAsync([Promotion("default-m1", RolloutStages.Shadow)]);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        var shadow = Assert.IsType<RolloutChanged>((await bench.ModelEventsAsync(1))[0]);

        await bench.AppendAsync([new ShadowReported
        {
            Model = "default",
            Version = shadow.Version,
            Champion = shadow.Champion,
            StageStart = shadow.ChangedAt,
            Texts = 150,
            ReportedAt = TrainingBench.Start,
        }], Topics.Shadow);
        var canary = Assert.IsType<RolloutChanged>((await bench.ModelEventsAsync(2))[1]);

        Assert.Equal((RolloutStages.Shadow, 0.2), (shadow.Stage, shadow.Share));
        Assert.Equal((RolloutStages.Canary, 0.1, "rollout"), (canary.Stage, canary.Share, canary.By));
        Assert.Equal("no condition was broken on 150 texts in the stage shadow", canary.Reason);
    }

    [Fact]
    public async Task A_stage_that_does_not_exist_is_refused()
    {
        await using var bench = await CreateAsync();
        SaveVersion(bench, "default-m1");
        await bench.AppendAsync([Promotion("default-m1", "carnival")]);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        while (await bench.LagAsync() > 0)
            await Task.Delay(5, Cancellation);

        Assert.Contains("immediate, shadow and canary", Assert.Single(await bench.DeadLettersAsync()).Detail, StringComparison.Ordinal);
    }

    private static async Task<TrainingBench> CreateAsync()
    {
        var bench = await TrainingBench.CreateAsync();
        (bench.Options.Rollout.CanaryDuration, bench.Options.Rollout.MinimumTexts) = (TimeSpan.Zero, 100);
        return bench;
    }

    /// <summary>Begins a canary by a request, with a trainer that stops afterwards.</summary>
    private static async Task<RolloutChanged> StartCanaryAsync(TrainingBench bench, string version)
    {
        SaveVersion(bench, version);
        await bench.AppendAsync([Promotion(version, RolloutStages.Canary)]);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        return Assert.IsType<RolloutChanged>((await bench.ModelEventsAsync(1))[0]);
    }

    /// <summary>Appends three hundred predictions of the candidate and as many of the champion.</summary>
    private static Task PredictAsync(TrainingBench bench, RolloutChanged rollout, Func<bool, int, string> label) => bench.Log.AppendAsync(
        [
            .. Enumerable.Range(0, 600).Select(n => TrialStream.Prediction(
                $"p{n}", n % 2 == 0 ? rollout.Version : rollout.Champion, label(n % 2 == 0, n / 2)))
                .Select(static prediction => EventRecord.Create(Topics.Predictions, prediction, TrainingBench.Start)),
        ],
        Cancellation, atomic: true);

    private static async Task<int> CountAuditAsync(TrainingBench bench, string action) =>
        await bench.Log.ReadToEndAsync(Topics.Audit, null, Cancellation)
            .CountAsync(record => Wire.Deserialize<AuditEntry>(record.Value).Action == action, Cancellation);

    private static async Task<IReadOnlyList<object>> AlertsAsync(TrainingBench bench) =>
        await bench.Log.ReadToEndAsync(Topics.Alerts, null, Cancellation)
            .Select(static record => LoggedEvent.Read(record).Event!).ToListAsync(Cancellation);

    private static PromotionRequested Promotion(string version, string stage) =>
        new() { Version = version, Stage = stage, By = "anna", OccurredAt = TrainingBench.Start };

    private static void SaveVersion(TrainingBench bench, string version) =>
        TinyModel.Save(bench.Directories.Resolve(ModelDirectory.NameOf("default", version)), version);
}
