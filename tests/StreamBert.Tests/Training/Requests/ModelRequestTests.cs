using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Training.Registry;

namespace StreamBert.Tests.Training.Requests;

/// <summary>Tests requests about models, from the record in the log to the decision, with the real trainer.</summary>
public sealed class ModelRequestTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_misspelt_requests_stop_no_learning_and_become_dead_letters()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync(Enumerable.Range(0, 50).Select(static n => new TrainingRequested
        {
            Model = n == 0 ? "../shipped" : $"defualt{n}",
            By = "anna",
            OccurredAt = TrainingBench.Start,
        }));
        await bench.AppendAsync(Enumerable.Range(0, 50).Select(static n => new RollbackRequested
        {
            Model = $"defualt{n}",
            By = "anna",
            Reason = "worse",
            OccurredAt = TrainingBench.Start,
        }));
        await bench.GiveFeedbackAsync(150);

        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        var events = await bench.ModelEventsAsync(3);

        Assert.Equal("default-v2", Assert.IsType<ModelPromoted>(events[2]).Version);
        var letters = await bench.DeadLettersAsync();
        Assert.Equal(100, letters.Count);
        Assert.All(letters, static letter => Assert.Equal(DeadLetterReasons.UnknownModel, letter.Reason));
        Assert.Contains("The models are default.", letters[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollback_during_a_run_is_granted_at_once_and_cancels_the_run_of_its_version()
    {
        await using var bench = await TrainingBench.CreateAsync();
        SaveVersion(bench, "default-m1");
        await bench.AppendAsync([Promotion("default-m1")]);
        await bench.GiveFeedbackAsync(150);
        await using var log = new HeldRunLog(bench.Log);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer(log));
        await log.Held.WaitAsync(Cancellation);

        await bench.AppendAsync([new RollbackRequested { By = "anna", Reason = "worse", OccurredAt = TrainingBench.Start }]);
        var back = Assert.IsType<ModelRolledBack>((await bench.ModelEventsAsync(2))[1]);
        var cancelled = Assert.Single(await bench.ReportsAsync(TrainingStates.Cancelled));

        Assert.Equal(("default-m1", "default-v1"), (back.From, back.To));
        Assert.Equal("its parent default-m1 was rolled back", cancelled.Detail);
        Assert.Null(cancelled.FeedbackEnds); // the feedback was not used: the run starts again from the version that serves
    }

    [Fact]
    public async Task A_training_request_during_a_run_is_answered_at_once_and_gets_the_next_run()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.GiveFeedbackAsync(150);
        await using var log = new HeldRunLog(bench.Log);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer(log));
        await log.Held.WaitAsync(Cancellation);

        var positions = await bench.AppendAsync([new TrainingRequested { By = "anna", OccurredAt = TrainingBench.Start }]);
        var queued = Assert.Single(await bench.ReportsAsync(TrainingStates.Queued));
        Assert.Equal("a run of default is in progress; the requested one starts after it", queued.Detail);
        Assert.Equal(positions, queued.Requests);
        log.Release();

        Assert.Equal(
            [TrainingCauses.Count, TrainingCauses.Request],
            (await bench.ModelEventsAsync(4)).OfType<ModelTrained>().Select(static trained => trained.Cause));
        Assert.Equal(positions, (await bench.ReportsAsync(TrainingStates.Started))[1].Requests);
    }

    [Fact]
    public async Task A_training_request_while_a_run_collects_feedback_joins_it()
    {
        await using var bench = await TrainingBench.CreateAsync();
        (bench.Options.FeedbackDebounce, bench.Options.LearningRate) = (TimeSpan.FromMinutes(1), 1e-8);
        var time = new FakeTimeProvider(TrainingBench.Start);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer(time: time));
        await bench.GiveFeedbackAsync(100);
        while (await bench.LagAsync() > 0)
            await Task.Delay(5, Cancellation);
        var positions = await bench.AppendAsync([new TrainingRequested { By = "anna", OccurredAt = TrainingBench.Start }]);
        while (await bench.LagAsync() > 0)
            await Task.Delay(5, Cancellation);
        time.Advance(TimeSpan.FromMinutes(1));

        await bench.ModelEventsAsync(1);

        Assert.Equal(positions, Assert.Single(await bench.ReportsAsync(TrainingStates.Started)).Requests);
        Assert.Equal(positions, Assert.Single(await bench.ReportsAsync(TrainingStates.Completed)).Requests);
    }

    [Fact]
    public async Task A_promotion_by_a_person_during_a_run_survives_and_the_candidate_is_kept_with_the_reason()
    {
        await using var bench = await TrainingBench.CreateAsync();
        SaveVersion(bench, "default-m1");
        await bench.GiveFeedbackAsync(150);
        await using var log = new HeldRunLog(bench.Log);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer(log));
        await log.Held.WaitAsync(Cancellation);

        await bench.AppendAsync([Promotion("default-m1")]);
        await bench.ModelEventsAsync(1);
        log.Release();
        var events = await bench.ModelEventsAsync(2);

        Assert.Equal("default-m1", Assert.IsType<ModelPromoted>(events[0]).Version);
        var trained = Assert.IsType<ModelTrained>(events[1]);
        Assert.True(trained.Accepted);
        Assert.Equal(
            "default-m1 serves since the run started from default-v1; promote default-v2 yourself if it is better", trained.NotPromoted);
        Assert.Equal("default-m1", (await ModelHistory.ReadAsync(bench.Log, "default", Cancellation)).Served[^1].Version);
        Assert.Contains(("default", "default-v2"), bench.Directories.ListVersions());
    }

    [Fact]
    public async Task A_pinned_version_is_not_replaced_by_training()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync([Pin(true)]);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        await bench.GiveFeedbackAsync(150);

        var trained = Assert.IsType<ModelTrained>((await bench.ModelEventsAsync(1))[0]);

        Assert.Equal(
            "default-v1 is pinned by anna (release week); remove the pin or promote default-v2 yourself", trained.NotPromoted);
        Assert.Empty((await ModelHistory.ReadAsync(bench.Log, "default", Cancellation)).Served);
    }

    [Fact]
    public async Task A_version_whose_pin_was_removed_is_replaced_by_training()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync([Pin(true)]);
        await bench.AppendAsync([Pin(false)]);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        await bench.GiveFeedbackAsync(150);

        Assert.IsType<ModelPromoted>((await bench.ModelEventsAsync(3))[2]);
    }

    [Fact]
    public async Task A_run_that_keeps_failing_is_given_up_with_its_reason_and_other_models_learn()
    {
        await using var bench = await TrainingBench.CreateAsync(
            new PipelineOptions { Name = "chat", Model = "chat", Heads = ["sentiment"] },
            new PipelineOptions { Name = "news", Heads = ["sentiment", "topic"] });
        bench.ToleratesFailures = true;
        (bench.Options.RetryDelay, bench.Options.MaximumAttempts) = (TimeSpan.FromMilliseconds(1), 2);
        SaveVersion(bench, "chat-m1", "chat");
        await bench.AppendAsync([Promotion("chat-m1") with { Model = "chat" }]);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        await bench.ModelEventsAsync(1);
        File.WriteAllText(Path.Combine(bench.Directories.Resolve("chat/chat-m1"), "model.safetensors"), "damaged");
        await bench.AppendAsync(Enumerable.Range(0, 100).Select(static n => TrainingBench.LearnableFeedback(n) with { Pipeline = "chat" }));
        await bench.GiveFeedbackAsync(150);

        var failed = Assert.Single(await bench.ReportsAsync(TrainingStates.Failed));
        var events = await bench.ModelEventsAsync(4);

        Assert.StartsWith("Failed 2 times, at last with: ", failed.Detail, StringComparison.Ordinal);
        Assert.Equal("chat", failed.Model);
        Assert.Equal("default-v2", Assert.IsType<ModelPromoted>(events[3]).Version);
        Assert.Contains("It was tried 2 times", Assert.Single(bench.Readiness.Degradations).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_is_granted_once_even_if_it_is_read_again_after_a_crash()
    {
        await using var bench = await TrainingBench.CreateAsync();
        SaveVersion(bench, "default-m1");
        await bench.AppendAsync([Promotion("default-m1")]);
        await using (var crashing = new CrashingLog(bench.Log, afterTheCommit: true, countsEmpty: false))
        await using (await RunningService.StartAsync(bench.CreateTrainer(crashing)))
            await crashing.Crashed.WaitAsync(Cancellation);
        Assert.Equal(1, await bench.LagAsync());

        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        while (await bench.LagAsync() > 0)
            await Task.Delay(5, Cancellation);

        Assert.Equal("default-m1", Assert.IsType<ModelPromoted>(Assert.Single(await bench.ModelEventsAsync())).Version);
        Assert.Empty(await bench.DeadLettersAsync());
    }

    [Theory]
    [InlineData("default-v1", "default-v1 serves already.")]
    [InlineData("../default-v1", "The registry contains no version")]
    public async Task A_promotion_that_is_not_possible_is_refused_with_the_reason(string version, string reason)
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync([Promotion(version)]);

        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        while (await bench.LagAsync() > 0)
            await Task.Delay(5, Cancellation);

        var letter = Assert.Single(await bench.DeadLettersAsync());
        Assert.Equal(DeadLetterReasons.RequestRefused, letter.Reason);
        Assert.StartsWith(reason, letter.Detail, StringComparison.Ordinal);
    }

    private static PromotionRequested Promotion(string version) =>
        new() { Version = version, By = "anna", OccurredAt = TrainingBench.Start };

    private static PinRequested Pin(bool pinned) =>
        new() { Pinned = pinned, By = "anna", Reason = "release week", OccurredAt = TrainingBench.Start };

    private static void SaveVersion(TrainingBench bench, string version, string model = "default") =>
        TinyModel.Save(bench.Directories.Resolve(ModelDirectory.NameOf(model, version)), version);
}
