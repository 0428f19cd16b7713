using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Training.Runs;

namespace StreamBert.Tests.Training;

public sealed class InboxTests
{
    private long _offset;

    [Fact]
    public async Task A_model_is_due_at_its_minimum_of_new_verdicts()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var inbox = bench.Inbox;

        inbox.Add(Batch(1, Verdict(), Verdict()));
        Assert.Empty(inbox.Due(3));
        inbox.Add(Batch(1, Verdict()));

        Assert.Equal(["default"], inbox.Due(3));
    }

    [Fact]
    public async Task A_request_makes_its_model_due_at_once()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var inbox = bench.Inbox;

        inbox.Add(Batch(1, Record(new TrainingRequested { Model = "other", By = "anna", OccurredAt = TrainingBench.Start })));

        Assert.Equal(["other"], inbox.Due(3));
    }

    [Fact]
    public async Task What_a_model_had_its_run_for_counts_no_more_and_the_rest_is_carried_on()
    {
        await using var bench = await TrainingBench.CreateAsync(
            new PipelineOptions { Name = "news", Heads = ["sentiment"] }, new PipelineOptions
            {
                Name = "chat",
                Model = "chat",
                Heads = ["intent"]
            });
        var inbox = bench.Inbox;
        inbox.Add(Batch(1, Verdict(), Verdict(), Verdict("chat")));
        inbox.Add(Batch(1, Verdict()));

        inbox.Committed(1, ["default"]);

        Assert.Equal((1, 1), (inbox.Waiting("default"), inbox.Waiting("chat")));
        Assert.Equal(1, inbox.Count);
    }

    [Fact]
    public async Task A_new_assignment_drops_what_is_delivered_again()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var inbox = bench.Inbox;
        inbox.Add(Batch(1, Verdict(), Verdict()));

        Assert.False(inbox.Add(Batch(2, Verdict())));

        Assert.Equal(1, inbox.Waiting("default"));
    }

    [Fact]
    public async Task A_verdict_on_a_pipeline_that_is_not_configured_counts_for_no_model()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var inbox = bench.Inbox;

        inbox.Add(Batch(1, Verdict("elsewhere")));

        Assert.Empty(inbox.Due(1));
    }

    [Fact]
    public async Task Only_batches_wholly_before_the_ends_count_as_learned()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var inbox = bench.Inbox;
        inbox.Add(Batch(1, Verdict(), Verdict()));
        inbox.Add(Batch(1, Verdict(), Verdict()));

        Assert.Equal(0, inbox.CountBefore(new Dictionary<int, long> { [0] = 1 }));
        Assert.Equal(1, inbox.CountBefore(new Dictionary<int, long> { [0] = 3 }));
        Assert.Equal(2, inbox.CountBefore(new Dictionary<int, long> { [0] = 4 }));
    }

    [Fact]
    public async Task Feedback_with_a_field_over_its_limit_is_dead_lettered_by_the_name_of_the_field()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var inbox = bench.Inbox;

        inbox.Add(Batch(1, Record(TrainingBench.Verdict("a", "some text", new string('n', 1_000_000))), Verdict()));

        var letter = Wire.Deserialize<DeadLettered>(Assert.Single(inbox.First(1).DeadLetters).Value);
        Assert.Equal(
            (DeadLetterReasons.LabelTooLarge, "The field 'label' has 1,000,000 bytes; 512 are allowed (Limits:LabelBytes)."),
            (letter.Reason, letter.Detail));
        Assert.Equal(["default"], inbox.Due(1));
    }

    private static ReadBatch Batch(int generation, params LogRecord[] records) => new(generation, records);

    private LogRecord Verdict(string pipeline = "news")
        => Record(TrainingBench.Verdict("a", "some text", "neutral") with { Pipeline = pipeline });

    private LogRecord Record<T>(T value) =>
        new(new(Topics.Feedback, 0, _offset++), null, Wire.Serialize(value), EventRecord.HeadersFor<T>(), TrainingBench.Start);
}
