using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Training.Runs;

namespace StreamBert.Tests.Training.Runs;

/// <summary>Tests that feedback counts towards a run only if its model can learn from it, and that the rest is a dead letter.</summary>
public sealed class FeedbackAdmissionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private long _offset;

    [Fact]
    public async Task Feedback_without_a_text_is_joined_with_the_prediction_of_its_id()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync([Prediction("a")], Topics.Predictions);
        var admission = bench.CreateAdmission();

        var batch = await admission.AddAsync(Batch(Feedback("a")), Cancellation);

        Assert.Empty(batch.Outputs);
        Assert.Equal((1, 1), (bench.Pending.CountFeedback("default"), admission.DecidedCount));
    }

    [Theory]
    [InlineData("b", "sentiment", "positive", DeadLetterReasons.NoPrediction)]
    [InlineData("a", "mood", "positive", DeadLetterReasons.UnknownHead)]
    [InlineData("a", "sentiment", "splendid", DeadLetterReasons.UnknownLabel)]
    public async Task Feedback_that_no_model_can_learn_from_is_a_dead_letter_and_does_not_count(
        string id, string head, string label, string reason)
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync([Prediction("a")], Topics.Predictions);

        var batch = await bench.CreateAdmission().AddAsync(Batch(Feedback(id, head, label)), Cancellation);

        Assert.Equal(reason, Letter(Assert.Single(batch.Outputs)).Reason);
        Assert.Equal(0, bench.Pending.CountFeedback("default"));
    }

    [Fact]
    public async Task Feedback_whose_text_retention_has_removed_is_a_dead_letter()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync([Prediction("a") with { Text = null, Origin = new(Topics.Texts("news"), 0, 12) }], Topics.Predictions);

        var batch = await bench.CreateAdmission().AddAsync(Batch(Feedback("a")), Cancellation);

        Assert.Equal(DeadLetterReasons.OriginGone, Letter(Assert.Single(batch.Outputs)).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Feedback_with_the_text_of_an_erased_subject_is_a_dead_letter_alone_and_beside_other_feedback(bool isAlone)
    {
        await using var bench = await TrainingBench.CreateAsync(
            new PipelineOptions { Name = "news", Heads = ["sentiment"], Privacy = new() { PerSubjectKeys = true } });
        await bench.AppendAsync(
            [Prediction("a") with { Text = null, Subject = "anna", Erased = true }, Prediction("b")], Topics.Predictions);
        var withText = Feedback("a") with { Text = "good report" };

        var batch = await bench.CreateAdmission().AddAsync(
            isAlone ? Batch(withText) : Batch(withText, Feedback("b")), Cancellation);

        Assert.Equal(DeadLetterReasons.Erased, Letter(Assert.Single(batch.Outputs)).Reason);
        Assert.Equal(isAlone ? 0 : 1, bench.Pending.CountFeedback("default"));
    }

    [Fact]
    public async Task Feedback_with_a_text_but_no_subject_needs_its_prediction_where_subjects_have_keys()
    {
        await using var bench = await TrainingBench.CreateAsync(
            new PipelineOptions { Name = "news", Heads = ["sentiment"], Privacy = new() { PerSubjectKeys = true } });

        var batch = await bench.CreateAdmission().AddAsync(Batch(Feedback("a") with { Text = "good report" }), Cancellation);

        Assert.Equal(DeadLetterReasons.NoPrediction, Letter(Assert.Single(batch.Outputs)).Reason);
        Assert.Equal(0, bench.Pending.CountFeedback("default"));
    }

    [Fact]
    public async Task Feedback_on_a_pipeline_that_is_not_configured_is_a_dead_letter()
    {
        await using var bench = await TrainingBench.CreateAsync();

        var batch = await bench.CreateAdmission().AddAsync(
            Batch(Feedback("a") with { Pipeline = "elsewhere", Text = "Oil falls" }), Cancellation);

        Assert.Equal(DeadLetterReasons.UnknownPipeline, Letter(Assert.Single(batch.Outputs)).Reason);
    }

    [Fact]
    public async Task Feedback_on_a_model_that_is_served_elsewhere_is_left_to_the_monitor()
    {
        await using var bench = await TrainingBench.CreateAsync(new PipelineOptions
        {
            Name = "news",
            Heads = ["sentiment"],
            Predictions = new()
            {
                Heads = new Dictionary<string, PredictedHeadMapping> { ["sentiment"] = new() { Label = "label", Confidence = "score" } },
            },
        });

        var batch = await bench.CreateAdmission().AddAsync(Batch(Feedback("a")), Cancellation);

        Assert.Empty(batch.Outputs);
        Assert.Empty(bench.Pending.FindDue(static _ => 1));
    }

    [Fact]
    public async Task Feedback_that_comes_before_its_prediction_waits_until_inference_has_passed_its_text()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync(
            [new TextReceived { Id = "a", Text = "good report", OccurredAt = TrainingBench.Start }], Topics.Texts("news"));
        var admission = bench.CreateAdmission();
        await admission.AddAsync(Batch(Feedback("a"), Feedback("b")), Cancellation);
        Assert.Equal((0, true), (admission.DecidedCount, admission.HasWaiting));

        await ClassifyAsync(bench, Prediction("a"));
        await admission.CheckWaitingAsync(Cancellation);

        Assert.Equal((1, 1), (bench.Pending.CountFeedback("default"), admission.DecidedCount));
        Assert.Equal(DeadLetterReasons.NoPrediction, Letter(Assert.Single(admission.JoinFirst(1).Outputs)).Reason);
    }

    [Fact]
    public async Task A_label_that_is_withdrawn_does_not_count()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync([Prediction("a"), Prediction("b")], Topics.Predictions);
        var admission = bench.CreateAdmission();
        await admission.AddAsync(Batch(Feedback("a"), Feedback("b")), Cancellation);

        var batch = await admission.AddAsync(new(2, [Record(TrainingBench.Withdrawal(Feedback("a")))]), Cancellation);

        Assert.Empty(batch.Outputs);
        Assert.Equal((1, 2), (bench.Pending.CountFeedback("default"), admission.DecidedCount));
    }

    [Fact]
    public async Task The_label_after_a_withdrawal_in_the_same_batch_counts()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync([Prediction("a")], Topics.Predictions);
        var given = Feedback("a");

        await bench.CreateAdmission().AddAsync(
            new(1, [Record(given), Record(TrainingBench.Withdrawal(given)), Record(given with { Label = "neutral" })]), Cancellation);

        Assert.Equal(1, bench.Pending.CountFeedback("default"));
    }

    [Fact]
    public async Task A_label_that_is_withdrawn_does_not_wait_for_its_prediction_any_more()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync(
            [new TextReceived { Id = "a", Text = "good report", OccurredAt = TrainingBench.Start }], Topics.Texts("news"));
        var admission = bench.CreateAdmission();
        await admission.AddAsync(Batch(Feedback("a")), Cancellation);
        Assert.True(admission.HasWaiting);

        await admission.AddAsync(new(2, [Record(TrainingBench.Withdrawal(Feedback("a")))]), Cancellation);

        Assert.Equal((2, false), (admission.DecidedCount, admission.HasWaiting));
        await ClassifyAsync(bench, Prediction("a"));
        await admission.CheckWaitingAsync(Cancellation);
        Assert.Equal(0, bench.Pending.CountFeedback("default"));
    }

    [Fact]
    public async Task A_withdrawal_of_a_pipeline_that_is_not_configured_is_a_dead_letter()
    {
        await using var bench = await TrainingBench.CreateAsync();

        var batch = await bench.CreateAdmission().AddAsync(
            new(1, [Record(TrainingBench.Withdrawal(Feedback("a") with { Pipeline = "elsewhere" }))]), Cancellation);

        Assert.Equal(DeadLetterReasons.UnknownPipeline, Letter(Assert.Single(batch.Outputs)).Reason);
    }

    [Fact]
    public async Task Feedback_with_a_field_over_its_limit_is_dead_lettered_by_the_name_of_the_field()
    {
        await using var bench = await TrainingBench.CreateAsync();

        var batch = await bench.CreateAdmission().AddAsync(
            Batch(
                TrainingBench.Feedback("a", "some text", new string('n', 1_000_000)), TrainingBench.Feedback("b", "some text", "neutral")),
            Cancellation);

        var letter = Letter(Assert.Single(batch.Outputs));
        Assert.Equal(
            (DeadLetterReasons.LabelTooLarge, "The field 'label' has 1,000,000 bytes; 512 are allowed (Limits:LabelBytes)."),
            (letter.Reason, letter.Detail));
        Assert.Equal(1, bench.Pending.CountFeedback("default"));
    }

    /// <summary>Reads the texts and commits them together with a prediction, as Inference does.</summary>
    private static async Task ClassifyAsync(TrainingBench bench, TextClassified prediction)
    {
        await using var reader = await bench.Log.JoinAsync(ConsumerGroups.Inference, [Topics.Texts("news")], Cancellation);
        var batch = await reader.ReadAsync(10, Cancellation);
        await reader.CommitAsync(
            batch, [EventRecord.Create(Topics.Predictions, prediction.Id, prediction, TrainingBench.Start)], Cancellation);
    }

    private static DeadLettered Letter(NewRecord record) => Wire.Deserialize<DeadLettered>(record.Value);

    private static FeedbackReceived Feedback(string id, string head = "sentiment", string label = "positive") =>
        TrainingBench.Feedback(id, null, label, head: head);

    private ReadBatch Batch(params FeedbackReceived[] feedback) => new(1, [.. feedback.Select(Record<FeedbackReceived>)]);

    private LogRecord Record<T>(T value) => new(
        new(Topics.Feedback, 0, _offset++), null, Wire.Serialize(value), EventRecord.HeadersFor<T>(), TrainingBench.Start);

    private static TextClassified Prediction(string id) => new()
    {
        Id = id,
        Pipeline = "news",
        ModelVersion = "default-v1",
        OccurredAt = TrainingBench.Start,
        ClassifiedAt = TrainingBench.Start,
        Heads = new Dictionary<string, HeadPrediction>(),
        Tokens = 3,
        Origin = new(Topics.Texts("news"), 0, 0),
        Text = "good report",
        Timings = new(0, 1, 1),
    };
}
