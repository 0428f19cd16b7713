using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Log;
using StreamBert.Training.Gates;
using StreamBert.Training.Registry;

namespace StreamBert.Tests.Training;

/// <summary>Tests the trainer from feedback in the log to a new version.</summary>
public sealed class TrainingWorkerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enough_feedback_leads_to_one_promoted_version_that_is_better()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.GiveFeedbackAsync(200);

        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        var events = await bench.ModelEventsAsync(3);

        var trained = Assert.IsType<ModelTrained>(events[0]);
        var profiled = Assert.IsType<ModelProfiled>(events[1]);
        var promoted = Assert.IsType<ModelPromoted>(events[2]);
        Assert.True(trained.Accepted, string.Join('\n', trained.Gates));
        Assert.Equal(("default-v2", "default-v1", 200), (trained.Version, trained.Parent, trained.FeedbackCount));
        Assert.True(Macro(trained.Candidate) > Macro(trained.Champion));
        Assert.Equal(trained.Gates, trained.GateResults.Select(static gate => gate.ToString()));
        Assert.Equal((TrainingCauses.Count, bench.Options.Epochs), (trained.Cause, trained.Curve!.Validation.Count));
        Assert.True(trained.Curve.Validation[^1].Loss < trained.Curve.Validation[0].Loss);
        Assert.True(trained.Curve.Training[^1].Loss < trained.Curve.Training[0].Loss);
        var package = bench.Directories.Resolve(promoted.Directory);
        Assert.Equal(ModelPackage.HashWeights(package), promoted.Sha256);
        using var model = TextClassifier.Load(package);
        Assert.Equal("default-v2", model.Version);
        Assert.Equal(("default-v2", ModelPackage.ReadProfile(package)!.Texts), (profiled.Version, profiled.Profile.Texts));
        Assert.Empty(profiled.Profile.Embeddings); // people may ask to have these texts erased
    }

    [Fact]
    public async Task Too_little_feedback_waits_until_a_run_is_requested()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.GiveFeedbackAsync(99);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());

        await bench.AppendAsync([new TrainingRequested { By = "anna", OccurredAt = TrainingBench.Start }]);
        var trained = Assert.IsType<ModelTrained>((await bench.ModelEventsAsync(1))[0]);

        Assert.Equal(99, trained.FeedbackCount);
        Assert.Equal(0, await bench.LagAsync());
    }

    [Fact]
    public async Task A_candidate_that_is_not_better_is_reported_and_not_promoted()
    {
        await using var bench = await TrainingBench.CreateAsync();
        bench.Options.Epochs = 1;
        var random = new Random(1); // nothing in a text reveals its label
        await bench.AppendAsync(Enumerable.Range(0, 150).Select(n => TrainingBench.Feedback(
            $"v{n}", $"report n{n % 100} n{n / 100}", TinyModel.Sentiments[random.Next(3)], n)));

        await using (await RunningService.StartAsync(bench.CreateTrainer()))
            await bench.ModelEventsAsync(1);

        var trained = Assert.IsType<ModelTrained>(Assert.Single(await bench.ModelEventsAsync()));
        Assert.False(trained.Accepted);
        Assert.Contains(trained.Gates, static gate => gate.StartsWith("failed: better on sentiment", StringComparison.Ordinal));
        Assert.Equal(0, await bench.LagAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_trainer_that_crashes_at_its_commit_promotes_exactly_once(bool afterTheCommit)
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.GiveFeedbackAsync(150);
        await using (var crashing = new CrashingLog(bench.Log, afterTheCommit, countsEmpty: false))
        await using (await RunningService.StartAsync(bench.CreateTrainer(crashing)))
            await crashing.Crashed.WaitAsync(TrainingBench.Cancellation);

        await using (await RunningService.StartAsync(bench.CreateTrainer()))
            await bench.ModelEventsAsync(3);

        Assert.Collection(await bench.ModelEventsAsync(),
            static e => Assert.Equal("default-v2", Assert.IsType<ModelTrained>(e).Version),
            static e => Assert.Equal("default-v2", Assert.IsType<ModelProfiled>(e).Version),
            static e => Assert.Equal("default-v2", Assert.IsType<ModelPromoted>(e).Version));
        Assert.Equal(0, await bench.LagAsync());
    }

    [Fact]
    public async Task A_trainer_stopped_during_a_run_repeats_it()
    {
        await using var bench = await TrainingBench.CreateAsync();
        (var epochs, bench.Options.Epochs) = (bench.Options.Epochs, 1000);
        await bench.GiveFeedbackAsync(150);
        var firstStep = TrainingBench.FirstStepAsync();
        await using (await RunningService.StartAsync(bench.CreateTrainer()))
            await firstStep;
        Assert.Empty(await bench.ModelEventsAsync());

        bench.Options.Epochs = epochs;
        await using (await RunningService.StartAsync(bench.CreateTrainer()))
            await bench.ModelEventsAsync(3);

        Assert.Equal(3, (await bench.ModelEventsAsync()).Count);
    }

    [Fact]
    public async Task A_second_run_trains_on_all_feedback_and_starts_from_the_champion()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        await bench.GiveFeedbackAsync(150);
        await bench.ModelEventsAsync(3);

        await bench.GiveFeedbackAsync(100);
        var second = Assert.IsType<ModelTrained>((await bench.ModelEventsAsync(4))[3]);

        Assert.Equal(("default-v3", "default-v2", 250), (second.Version, second.Parent, second.FeedbackCount));
    }

    [Fact]
    public async Task A_run_evaluates_only_on_feedback_that_no_run_has_evaluated_on()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        await bench.GiveFeedbackAsync(150);
        var first = Assert.IsType<ModelTrained>((await bench.ModelEventsAsync(3))[0]);

        bench.Options.LearningRate = 1e-8;
        await bench.GiveFeedbackAsync(100);
        var second = Assert.IsType<ModelTrained>((await bench.ModelEventsAsync(4))[3]);

        Assert.InRange(HeldOutFeedback(first), 55, 95);
        Assert.InRange(HeldOutFeedback(second), 35, 65); // half of 100, not of 250
        Assert.Equal(150, first.EvaluatedUntil.Sum(static end => end.Offset));
        Assert.Equal(250, second.EvaluatedUntil.Sum(static end => end.Offset));
    }

    [Fact]
    public async Task Too_little_feedback_to_compare_on_is_kept_for_the_evaluation_of_the_next_run()
    {
        await using var bench = await TrainingBench.CreateAsync();
        (bench.Options.MinimumFeedback, bench.Options.Epochs) = (10, 1);
        await bench.GiveFeedbackAsync(20);
        await using (await RunningService.StartAsync(bench.CreateTrainer()))
            await bench.ModelEventsAsync(1);

        var trained = Assert.IsType<ModelTrained>(Assert.Single(await bench.ModelEventsAsync()));
        Assert.Empty(trained.EvaluatedUntil);
        Assert.Contains(trained.Gates, static gate => gate.EndsWith("kept for the evaluation of the next run", StringComparison.Ordinal));
    }

    /// <summary>The labels of the anchor are the champion's predictions, which the feedback contradicts.</summary>
    [Fact]
    public async Task Feedback_that_contradicts_the_anchor_is_learned_and_not_promoted()
    {
        await using var bench = await TrainingBench.CreateAsync();
        bench.SetAnchor(DrawAnchorOfPredictions(bench));
        await bench.GiveFeedbackAsync(200);
        await using (await RunningService.StartAsync(bench.CreateTrainer()))
            await bench.ModelEventsAsync(1);

        var trained = Assert.IsType<ModelTrained>(Assert.Single(await bench.ModelEventsAsync()));
        Assert.False(trained.Accepted);
        Assert.Equal(300, trained.AnchorCount);
        var failed = Assert.Single(trained.GateResults, static gate => gate is { Gate: Gate.Anchor, Outcome: GateResult.Failed });
        Assert.Equal(("sentiment", 1.0), (failed.Head, trained.Champion.Single(static report => report.Data == "anchor").Accuracy));
        Assert.Contains(trained.GateResults, static gate => gate is { Gate: Gate.Gain, Outcome: GateResult.Passed });
    }

    [Fact]
    public async Task A_rollback_restores_the_previous_version()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.GiveFeedbackAsync(150);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        await bench.ModelEventsAsync(3);

        await bench.AppendAsync(
            [new RollbackRequested { By = "anna", Reason = "too many false alarms", OccurredAt = TrainingBench.Start }]);
        var back = Assert.IsType<ModelRolledBack>((await bench.ModelEventsAsync(4))[3]);

        Assert.Equal(("default-v2", "default-v1"), (back.From, back.To));
        using var model = TextClassifier.Load(bench.Directories.Resolve(back.Directory));
        Assert.Equal("default-v1", model.Version);
    }

    [Fact]
    public async Task A_record_that_is_not_feedback_becomes_a_dead_letter()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.Log.AppendAsync([new(Topics.Feedback, null, "not json"u8.ToArray(), TrainingBench.Start)], Cancellation);
        await bench.GiveFeedbackAsync(150);

        await using (await RunningService.StartAsync(bench.CreateTrainer()))
            await bench.ModelEventsAsync(2);

        var letters = new List<LogRecord>();
        await foreach (var letter in bench.Log.ReadToEndAsync(Topics.DeadLetter, null, Cancellation))
            letters.Add(letter);
        Assert.Equal("not json"u8.ToArray(), Wire.Deserialize<DeadLettered>(Assert.Single(letters).Value).Value);
    }

    [Fact]
    public async Task Pending_feedback_survives_a_restart_of_the_trainer()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.GiveFeedbackAsync(60);
        await using (await RunningService.StartAsync(bench.CreateTrainer()))
            await CommittedAsync(bench);

        await bench.GiveFeedbackAsync(60);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());

        Assert.Equal(120, Assert.IsType<ModelTrained>((await bench.ModelEventsAsync(3))[0]).FeedbackCount);
    }

    [Fact]
    public async Task Feedback_that_a_run_has_used_starts_no_other_after_a_restart()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.GiveFeedbackAsync(150);
        await using (await RunningService.StartAsync(bench.CreateTrainer()))
            await bench.ModelEventsAsync(3);

        var pending = new ModelHistories(bench.Log);
        Assert.Equal(150, (await pending.ReadAsync("default", Cancellation)).FeedbackEnds.Sum());
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        await bench.AppendAsync([new PinRequested { Pinned = true, By = "anna", OccurredAt = TrainingBench.Start }]);
        await CommittedAsync(bench);

        Assert.Single(await bench.ReportsAsync(TrainingStates.Started));
    }

    [Fact]
    public async Task A_second_trainer_is_on_standby_while_the_first_runs()
    {
        await using var bench = await TrainingBench.CreateAsync();
        using var first = bench.Directories.TryLock();

        Assert.NotNull(first);
        Assert.Null(bench.Directories.TryLock());
        first.Dispose();
        using var next = bench.Directories.TryLock();
        Assert.NotNull(next);
    }

    private static long HeldOutFeedback(ModelTrained trained) => trained.Candidate
        .Single(static report => report is { Head: "sentiment", Data: "held-out feedback" }).Count;

    private static List<AnchorText> DrawAnchorOfPredictions(TrainingBench bench)
    {
        using var champion = TextClassifier.Load(bench.ShippedDirectory);
        string[] words = ["good", "bad", "plain"];
        var texts = Enumerable.Range(0, 300).Select(n => $"{words[n % 3]} report n{n / 3} n{n / 30} oil").ToList();
        var labels = champion.Classify([.. texts.Select(champion.Encode)]).Select(static output => output.Heads["sentiment"].Label);
        return [.. texts.Zip(labels, static (text, label) => new AnchorText(text, "sentiment", label, AnchorText.EvaluationPart))];
    }

    private static async Task CommittedAsync(TrainingBench bench)
    {
        while (await bench.LagAsync() > 0)
            await Task.Delay(5, Cancellation);
    }

    private static double Macro(IEnumerable<ClassificationReport> reports) => reports.First(static r => r.Head == "sentiment").Macro.F1;
}
