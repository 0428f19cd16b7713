using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;
using StreamBert.Tests.Streaming.State;
using StreamBert.Training.Registry;
using StreamBert.Training.Runs;
using StreamBert.Training.Triggers;

namespace StreamBert.Tests.Training.Triggers;

/// <summary>Tests what starts a run, with the real trainer on an embedded log.</summary>
public sealed class RunTriggersTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_drift_alert_starts_one_run_on_the_new_feedback_however_often_the_trainer_restarts()
    {
        await using var bench = await CreateAsync();
        await bench.AppendAsync([Drift("a1")], Topics.Alerts);
        await bench.GiveFeedbackAsync(60);
        await using (await RunningService.StartAsync(bench.CreateTrainer()))
            await bench.ModelEventsAsync(1);
        await bench.AppendAsync([Drift("a1") with { UpdatedAt = TrainingBench.Start.AddHours(1) }], Topics.Alerts);
        await bench.GiveFeedbackAsync(60);

        var triggers = Restart(bench, feedback: 60);
        Assert.Empty(await triggers.FindDueAsync(Cancellation));
        await bench.AppendAsync([Drift("a2")], Topics.Alerts);
        var due = Assert.Single(await triggers.FindDueAsync(Cancellation));

        Assert.Equal((TrainingCauses.Drift, "a2"), (due.Cause, due.Alert));
        Assert.Equal(TrainingCauses.Drift, Assert.IsType<ModelTrained>((await bench.ModelEventsAsync())[0]).Cause);
        var started = Assert.Single(await bench.ReportsAsync(TrainingStates.Started));
        Assert.Equal(("a1", "60 new feedback records while this alert fires: More negative texts"), (started.Alert, started.Detail));
    }

    [Fact]
    public async Task An_alert_that_is_resolved_or_of_another_kind_or_on_another_model_starts_none()
    {
        await using var bench = await CreateAsync(
            new() { Name = "news", Heads = ["sentiment"] }, new() { Name = "chat", Model = "chat", Heads = ["sentiment"] });
        await bench.AppendAsync(
            [
                Drift("a1"), Drift("a2") with { Kind = AlertKinds.LabelSurge },
                Drift("a3") with { Series = new("chat", "sentiment", SeriesKey.All) },
            ],
            Topics.Alerts);
        await bench.AppendAsync([Some.Resolution(Drift("a1"))], Topics.Alerts);

        Assert.Empty(await Restart(bench, feedback: 60).FindDueAsync(Cancellation));
    }

    [Fact]
    public async Task An_alert_waits_for_enough_new_feedback()
    {
        await using var bench = await CreateAsync();
        await bench.AppendAsync([Drift("a1")], Topics.Alerts);

        Assert.Empty(await Restart(bench, feedback: 39).FindDueAsync(Cancellation));
        Assert.Single(await Restart(bench, feedback: 40).FindDueAsync(Cancellation));
    }

    [Fact]
    public async Task A_schedule_starts_a_run_on_whatever_feedback_is_new_and_is_skipped_without_any()
    {
        await using var bench = await TrainingBench.CreateAsync();
        bench.Options.Schedule = "0 2 * * *";
        var time = new FakeTimeProvider(TrainingBench.Start);
        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer(time: time));

        var skipped = (await AdvanceUntilAsync(time, bench.ReportsAsync(TrainingStates.Skipped)))[0];
        await bench.GiveFeedbackAsync(60);
        var trained = Assert.IsType<ModelTrained>((await AdvanceUntilAsync(time, bench.ModelEventsAsync(1)))[0]);

        Assert.Equal((TrainingCauses.Schedule, TrainingCauses.Schedule), (skipped.Cause, trained.Cause));
        Assert.Equal(60, trained.FeedbackCount);
        Assert.Contains("at the scheduled time", (await bench.ReportsAsync(TrainingStates.Started))[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_candidate_that_is_not_shown_to_be_better_a_run_needs_twice_as_much_feedback()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync([TrainingBench.Candidate("default-v2", GateResult.Failed)], Topics.Models);

        Assert.Empty(await Restart(bench, feedback: 199).FindDueAsync(Cancellation));
        Assert.Equal("200 new feedback records", Assert.Single(await Restart(bench, feedback: 200).FindDueAsync(Cancellation)).Detail);
    }

    [Fact]
    public async Task The_labels_of_an_excluded_annotator_start_no_run_until_the_annotator_is_included_again()
    {
        await using var bench = await CreateAsync();
        bench.Options.OnDrift = false;
        var triggers = Restart(bench, feedback: 100);
        await bench.AppendAsync([Exclusion(true)], Topics.Annotators);
        Assert.Empty(await triggers.FindDueAsync(Cancellation));
        Assert.True(triggers.MustPoll, "the trainer asks again");
        Assert.False(Restart(bench, feedback: 0).MustPoll);

        await bench.AppendAsync([Exclusion(false)], Topics.Annotators);

        Assert.Equal("100 new feedback records", Assert.Single(await triggers.FindDueAsync(Cancellation)).Detail);
    }

    private static AnnotatorExclusionChanged Exclusion(bool excluded) =>
        new() { Annotator = "anonymous", Excluded = excluded, Actor = "lead", ChangedAt = TrainingBench.Start };

    private static async Task<T> AdvanceUntilAsync<T>(FakeTimeProvider time, Task<T> coming)
    {
        while (!coming.IsCompleted)
        {
            time.Advance(TimeSpan.FromHours(1));
            await Task.WhenAny(coming, Task.Delay(5, Cancellation));
        }
        return await coming;
    }

    private static async Task<TrainingBench> CreateAsync(params PipelineOptions[] pipelines)
    {
        var bench = await TrainingBench.CreateAsync(pipelines);
        bench.Options.OnDrift = true;
        return bench;
    }

    /// <summary>Creates the triggers of a trainer that restarts with so much new feedback.</summary>
    private static RunTriggers Restart(TrainingBench bench, int feedback)
    {
        var options = Microsoft.Extensions.Options.Options.Create(bench.Options);
        var pending = new PendingWork(bench.ExcludedAnnotators);
        foreach (var offset in Enumerable.Range(0, feedback))
            pending.AddFeedback("default", TrainingBench.LearnableFeedback(offset), new(Topics.Feedback, 0, offset));
        return new(
            pending, bench.ExcludedAnnotators, new(options, TimeProvider.System), new(bench.Log, bench.Pipelines),
            new ModelHistories(bench.Log), bench.Pipelines, options);
    }

    private static AlertRaised Drift(string id) => Some.Alert(id) with
    {
        Kind = AlertKinds.EmbeddingDrift,
        Series = new("news", "sentiment", SeriesKey.All),
    };
}
