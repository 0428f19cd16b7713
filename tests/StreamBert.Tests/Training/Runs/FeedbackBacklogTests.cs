using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Training.Runs;

namespace StreamBert.Tests.Training.Runs;

public sealed class FeedbackBacklogTests
{
    private long _offset;

    [Fact]
    public async Task A_model_is_due_at_its_minimum_of_pending_feedback()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var backlog = bench.Backlog;

        backlog.Add(Batch(1, Feedback(), Feedback()));
        Assert.Empty(backlog.DueModels(3));
        backlog.Add(Batch(1, Feedback()));

        Assert.Equal(["default"], backlog.DueModels(3));
    }

    [Fact]
    public async Task A_request_makes_its_model_due_at_once()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var backlog = bench.Backlog;

        backlog.Add(Batch(1, Record(new TrainingRequested { Model = "other", By = "anna", OccurredAt = TrainingBench.Start })));

        Assert.Equal(["other"], backlog.DueModels(3));
    }

    [Fact]
    public async Task A_commit_removes_the_pending_feedback_of_the_trained_models_and_keeps_that_of_the_others()
    {
        await using var bench = await TrainingBench.CreateAsync(
            new PipelineOptions { Name = "news", Heads = ["sentiment"] }, new PipelineOptions
            {
                Name = "chat",
                Model = "chat",
                Heads = ["intent"]
            });
        var backlog = bench.Backlog;
        backlog.Add(Batch(1, Feedback(), Feedback(), Feedback("chat")));
        backlog.Add(Batch(1, Feedback()));

        backlog.MarkCommitted(1, ["default"]);

        Assert.Equal((1, 1), (backlog.PendingFeedback("default"), backlog.PendingFeedback("chat")));
        Assert.Equal(1, backlog.BatchCount);
    }

    [Fact]
    public async Task A_new_assignment_discards_the_batches_that_are_delivered_again()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var backlog = bench.Backlog;
        backlog.Add(Batch(1, Feedback(), Feedback()));

        Assert.False(backlog.Add(Batch(2, Feedback())));

        Assert.Equal(1, backlog.PendingFeedback("default"));
    }

    [Fact]
    public async Task Feedback_on_a_pipeline_that_is_not_configured_counts_for_no_model()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var backlog = bench.Backlog;

        backlog.Add(Batch(1, Feedback("elsewhere")));

        Assert.Empty(backlog.DueModels(1));
    }

    [Fact]
    public async Task Only_batches_entirely_before_the_end_offsets_count_as_trained()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var backlog = bench.Backlog;
        backlog.Add(Batch(1, Feedback(), Feedback()));
        backlog.Add(Batch(1, Feedback(), Feedback()));

        Assert.Equal(0, backlog.CountBatchesBefore(new Dictionary<int, long> { [0] = 1 }));
        Assert.Equal(1, backlog.CountBatchesBefore(new Dictionary<int, long> { [0] = 3 }));
        Assert.Equal(2, backlog.CountBatchesBefore(new Dictionary<int, long> { [0] = 4 }));
    }

    [Fact]
    public async Task Feedback_with_a_field_over_its_limit_is_dead_lettered_by_the_name_of_the_field()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var backlog = bench.Backlog;

        backlog.Add(Batch(1, Record(TrainingBench.Feedback("a", "some text", new string('n', 1_000_000))), Feedback()));

        var letter = Wire.Deserialize<DeadLettered>(Assert.Single(backlog.JoinFirst(1).DeadLetters).Value);
        Assert.Equal(
            (DeadLetterReasons.LabelTooLarge, "The field 'label' has 1,000,000 bytes; 512 are allowed (Limits:LabelBytes)."),
            (letter.Reason, letter.Detail));
        Assert.Equal(["default"], backlog.DueModels(1));
    }

    private static ReadBatch Batch(int generation, params LogRecord[] records) => new(generation, records);

    private LogRecord Feedback(string pipeline = "news")
        => Record(TrainingBench.Feedback("a", "some text", "neutral") with { Pipeline = pipeline });

    private LogRecord Record<T>(T value) =>
        new(new(Topics.Feedback, 0, _offset++), null, Wire.Serialize(value), EventRecord.HeadersFor<T>(), TrainingBench.Start);
}
