using System.Text;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Privacy;
using StreamBert.Privacy.Erasure;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Tests.Training.Rollout;
using StreamBert.Training.Datasets;

namespace StreamBert.Tests.Training.Datasets;

public sealed class FeedbackReaderTests
{
    private static readonly HeadInfo[] Heads = [new("sentiment", TinyModel.Sentiments), new("topic", TinyModel.Topics)];

    [Fact]
    public async Task The_last_label_of_an_annotator_on_a_text_and_head_wins()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync(
        [
            TrainingBench.Feedback("a", "Oil prices rise", "negative", second: 1),
            TrainingBench.Feedback("a", "Oil prices rise", "oil", second: 2, head: "topic"),
            TrainingBench.Feedback("b", "oil  prices rise ", "positive", second: 3),
        ]);

        Assert.Equal([("topic", "oil"), ("sentiment", "positive")], (await ReadAsync(bench)).Select(static v => (v.Head, v.Label)));
    }

    [Fact]
    public async Task A_withdrawn_label_is_left_out_and_those_of_others_and_later_ones_are_not()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var first = TrainingBench.Feedback("a", "Oil prices rise", "negative", second: 1);
        var other = TrainingBench.Feedback("a", "Oil prices rise", "oil", second: 2, head: "topic");
        await bench.AppendAsync([first, Again(second: 1) with { Annotator = "ben" }, other]);
        await bench.AppendAsync([TrainingBench.Withdrawal(first, second: 1)]);
        Assert.Equal([("ben", "sentiment"), ("anonymous", "topic")], await LabelsAsync(bench));

        await bench.AppendAsync([Again(second: 3)]);

        Assert.Equal([("ben", "sentiment"), ("anonymous", "topic"), ("anonymous", "sentiment")], await LabelsAsync(bench));

        static FeedbackReceived Again(int second) => TrainingBench.Feedback("a", "Oil prices rise", "neutral", second);

        static async Task<IEnumerable<(string, string)>> LabelsAsync(TrainingBench bench) =>
            (await ReadAsync(bench)).Select(static label => (Assert.Single(label.Annotators), label.Head));
    }

    [Fact]
    public async Task A_label_after_a_withdrawal_names_the_position_of_the_withdrawn_one_on_which_a_run_may_have_evaluated()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var first = TrainingBench.Feedback("a", "Oil prices rise", "negative");
        var at = (await bench.AppendAsync([first]))[0];
        await bench.AppendAsync([TrainingBench.Withdrawal(first, second: 1)]);
        var again = (await bench.AppendAsync([TrainingBench.Feedback("a", "Oil prices rise", "neutral", second: 2)]))[0];

        Assert.Equal([at, again], Assert.Single(await ReadAsync(bench)).Positions);
    }

    [Fact]
    public async Task A_later_label_without_a_text_keeps_the_text_of_the_one_that_it_replaces_because_the_prediction_may_be_gone()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync(
        [
            TrainingBench.Feedback("gone", "Oil prices rise", "negative", second: 1) with { Annotator = "anna" },
            TrainingBench.Feedback("gone", null, "positive", second: 3) with { Annotator = "anna" },
            TrainingBench.Feedback("late", null, "neutral", second: 4) with { Annotator = "anna" },
            TrainingBench.Feedback("late", "Shares fall", "positive", second: 2) with { Annotator = "anna" },
        ]);

        Assert.Equal(
            [("Oil prices rise", "positive"), ("Shares fall", "neutral")],
            (await ReadAsync(bench)).Select(static label => (label.Text, label.Label)));
    }

    [Fact]
    public async Task The_labels_of_different_annotators_are_all_kept()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync(
        [
            TrainingBench.Feedback("a", "Oil prices rise", "negative", second: 1) with { Annotator = "anna" },
            TrainingBench.Feedback("a", "Oil prices rise", "positive", second: 2) with { Annotator = "ben" },
            TrainingBench.Feedback("a", "Oil prices rise", "neutral", second: 3) with { Annotator = "anna" },
        ]);

        Assert.Equal(
            [("ben", "positive"), ("anna", "neutral")],
            (await ReadAsync(bench)).Select(static label => (Assert.Single(label.Annotators), label.Label)));
    }

    [Fact]
    public async Task The_labels_of_an_excluded_annotator_leave_room_for_those_of_others()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync(Enumerable.Range(0, 20).Select(static n =>
            TrainingBench.Feedback($"{n}", $"text {n}", "neutral", second: n) with { Annotator = n < 10 ? "anna" : "ben" }));
        await bench.AppendAsync(
            [new AnnotatorExclusionChanged { Annotator = "ben", Excluded = true, Actor = "lead", ChangedAt = TrainingBench.Start }],
            Topics.Annotators);

        Assert.Equal(
            Enumerable.Range(0, 10).Select(static n => $"text {n}"),
            (await ReadAsync(bench, maximum: 10)).Select(static label => label.Text));
    }

    [Fact]
    public async Task A_text_is_fetched_from_its_origin_by_the_fields_of_the_pipeline()
    {
        await using var bench = await TrainingBench.CreateAsync(
            new PipelineOptions
            {
                Name = "news",
                Heads = ["sentiment"],
                InputTopics = ["wire"],
                Fields = new() { Id = "no", Text = "body.headline" }
            });
        var origin = await ProduceAsync(bench, "wire", """{"no":7,"body":{"headline":"Shares fall"}}""");

        await bench.AppendAsync([TrainingBench.Feedback("7", null, "negative", origin: origin)]);

        Assert.Equal("Shares fall", Assert.Single(await ReadAsync(bench)).Text);
    }

    [Fact]
    public async Task A_text_that_came_by_the_api_is_fetched_from_the_interactive_topic()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var text = new TextReceived { Id = "x", Text = "Banks are fine", OccurredAt = TrainingBench.Start };
        var at = (await bench.AppendAsync([text], Topics.Interactive))[0];

        await bench.AppendAsync([TrainingBench.Feedback("x", null, "neutral", origin: new(at.Topic, at.Partition, at.Offset))]);

        Assert.Equal("Banks are fine", Assert.Single(await ReadAsync(bench)).Text);
    }

    [Fact]
    public async Task Feedback_that_cannot_be_trained_on_is_excluded()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var origin = await ProduceAsync(bench, "texts.news", """{"id":"other","text":"Another text"}""");
        await bench.AppendAsync(
        [
            TrainingBench.Feedback("no-text", null, "neutral"),
            TrainingBench.Feedback("no-such-head", "a", "neutral", head: "mood"),
            TrainingBench.Feedback("no-such-label", "b", "furious"),
            TrainingBench.Feedback("another-id", null, "neutral", origin: origin),
            TrainingBench.Feedback("gone", null, "neutral", origin: origin with { Offset = 99 }),
            TrainingBench.Feedback("elsewhere", "c", "neutral") with { Pipeline = "elsewhere" },
            TrainingBench.Feedback("good", "d", "neutral"),
        ]);

        Assert.Equal("d", Assert.Single(await ReadAsync(bench)).Text);
    }

    [Fact]
    public async Task Beyond_the_maximum_only_the_newest_feedback_counts()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync(
            Enumerable.Range(0, 50).Reverse().Select(static n => TrainingBench.Feedback($"{n}", $"text {n}", "neutral", second: n)));

        Assert.Equal(
            Enumerable.Range(40, 10).Select(static n => $"text {n}"),
            (await ReadAsync(bench, maximum: 10)).Select(static v => v.Text));
    }

    [Fact]
    public async Task Withdrawn_labels_and_their_withdrawals_leave_room_for_others_within_the_maximum()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var feedback = Enumerable.Range(0, 30)
            .Select(static n => TrainingBench.Feedback($"{n}", $"text {n}", "neutral", second: n)).ToList();
        await bench.AppendAsync(feedback);
        await bench.AppendAsync(feedback.Skip(20).Select(static label => TrainingBench.Withdrawal(label, second: 60)));

        Assert.Equal(
            Enumerable.Range(10, 10).Select(static n => $"text {n}"),
            (await ReadAsync(bench, maximum: 10)).Select(static label => label.Text));
    }

    [Fact]
    public async Task Labels_that_were_given_again_and_unknown_ones_leave_room_for_others_within_the_maximum()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync(Enumerable.Range(0, 30).Select(static n => Label(n, "neutral", second: n)));
        foreach (var label in (string[])["negative", "furious", "positive"])
            await bench.AppendAsync(Enumerable.Range(25, 5).Select(n => Label(n, label, second: n + 60)));

        var labels = await ReadAsync(bench, maximum: 10);

        Assert.Equal(
            [.. Enumerable.Repeat("neutral", 5), .. Enumerable.Repeat("positive", 5)], labels.Select(static label => label.Label));
        Assert.Equal(Enumerable.Range(20, 10).Select(static n => $"text {n}"), labels.Select(static label => label.Text));
    }

    [Fact]
    public async Task A_label_that_arrives_late_replaces_no_later_one_and_an_unknown_label_replaces_none()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var positions = await bench.AppendAsync(
            [Label(0, "positive", second: 5), Label(0, "negative", second: 1), Label(0, "furious", second: 9)]);

        var label = Assert.Single(await ReadAsync(bench));

        Assert.Equal("positive", label.Label);
        Assert.Equal([positions[1], positions[0]], label.Positions);
    }

    [Fact]
    public async Task A_label_names_the_first_position_in_each_partition_of_those_that_it_replaces_on_which_a_run_may_have_evaluated()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var positions = await bench.AppendAsync(Enumerable.Range(0, 6).Select(static n => Label(0, "positive", second: n)));

        Assert.Equal([positions[0], positions[1], positions[5]], Assert.Single(await ReadAsync(bench)).Positions); // of two partitions
    }

    [Fact]
    public async Task Feedback_that_names_no_subject_has_that_of_its_prediction_until_the_subject_is_erased()
    {
        await using var bench = await TrainingBench.CreateAsync(PipelineWithSubjectKeys);
        await bench.AppendAsync(
            [Predict(bench, "a", "anna"), Predict(bench, "b", "ben"), TrialStream.Prediction("c", "default-v1", "neutral")],
            Topics.Predictions);
        await bench.AppendAsync(
        [
            TrainingBench.Feedback("a", "Oil prices rise", "neutral", second: 1),
            TrainingBench.Feedback("b", "Banks are fine", "neutral", second: 2),
            TrainingBench.Feedback("c", "Nobody in particular", "neutral", second: 3),
        ]);
        Assert.Equal(["anna", "ben", null], (await ReadAsync(bench)).Select(static label => label.Subject));

        await EraseAsync(bench, "anna");

        Assert.Equal(["ben", null], (await ReadAsync(bench)).Select(static label => label.Subject));
    }

    [Fact]
    public async Task Feedback_that_names_no_subject_is_excluded_when_its_prediction_is_gone()
    {
        await using var bench = await TrainingBench.CreateAsync(PipelineWithSubjectKeys);
        await bench.AppendAsync(
            [
                TrainingBench.Feedback("a", "Oil prices rise", "neutral", second: 1),
                TrainingBench.Feedback("b", "Banks are fine", "neutral", second: 2) with { Subject = "ben" },
            ]);

        var feedback = await bench.FeedbackReader.ReadAsync("default", Heads, 1000, TrainingBench.Cancellation);

        Assert.Equal("ben", Assert.Single(feedback.Labels).Subject);
        Assert.Equal([new(ExclusionReason.NoPrediction, 1)], feedback.Excluded);
    }

    [Fact]
    public async Task Feedback_that_names_a_subject_who_was_erased_since_is_excluded_when_its_prediction_is_gone()
    {
        await using var bench = await TrainingBench.CreateAsync(PipelineWithSubjectKeys);
        bench.Keys.GetOrCreate(["anna"]);
        bench.Keys.Erase("anna", TrainingBench.Start.AddSeconds(2));
        await bench.AppendAsync(
            [
                TrainingBench.Feedback("a", "Oil prices rise", "neutral", second: 1) with { Subject = "anna" },
                TrainingBench.Feedback("b", "Banks are fine", "neutral", second: 3) with { Subject = "anna" },
            ]);

        Assert.Equal("Banks are fine", Assert.Single(await ReadAsync(bench)).Text);
    }

    [Fact]
    public async Task Feedback_with_its_text_has_the_subject_of_the_text_at_its_position_until_the_subject_is_erased()
    {
        await using var bench = await TrainingBench.CreateAsync(PipelineWithSubjectKeys);
        var text = new TextReceived { Id = "a", Text = "Oil prices rise", Subject = "anna", OccurredAt = TrainingBench.Start };
        var pipeline = bench.Pipelines.Get("news");
        var at = (await bench.Log.AppendAsync(
            bench.Vault.Seal([(pipeline, "anna", new PrivacyFilter(bench.Pipelines, bench.Keys).ToRecord(pipeline, text))]),
            TrainingBench.Cancellation))[0];
        await bench.AppendAsync([TrainingBench.Feedback("a", "oil prices rise", "neutral", origin: at)]);
        var label = Assert.Single(await ReadAsync(bench));
        Assert.Equal(("oil prices rise", "anna"), (label.Text, label.Subject));

        await EraseAsync(bench, "anna");

        Assert.Empty(await ReadAsync(bench));
    }

    [Fact]
    public async Task Feedback_on_an_unsealed_text_of_another_producer_is_excluded_once_its_subject_is_erased()
    {
        await using var bench = await TrainingBench.CreateAsync(PipelineWithSubjectKeys);
        var origin = await ProduceAsync(bench, "texts.news", """{"id":"a","text":"Oil prices rise","subject":"anna"}""");
        await bench.AppendAsync(
            [
                TrainingBench.Feedback("a", null, "neutral", origin: origin),
                TrainingBench.Feedback("a", "oil prices rise", "neutral", origin: origin) with { Annotator = "tool" },
            ]);
        bench.Keys.GetOrCreate(["anna"]); // by the data set of a run
        Assert.Equal(2, (await ReadAsync(bench)).Count);

        await EraseAsync(bench, "anna");

        Assert.Empty(await ReadAsync(bench));
    }

    [Fact]
    public async Task Feedback_that_names_an_erased_subject_is_excluded_also_if_its_prediction_names_none()
    {
        await using var bench = await TrainingBench.CreateAsync(PipelineWithSubjectKeys);
        await bench.AppendAsync(
            [TrialStream.Prediction("a", "default-v1", "neutral") with { Text = "Oil prices rise" }], Topics.Predictions);
        await bench.AppendAsync([TrainingBench.Feedback("a", null, "neutral") with { Subject = "anna" }]);
        bench.Keys.GetOrCreate(["anna"]);
        Assert.Single(await ReadAsync(bench));

        await EraseAsync(bench, "anna");

        Assert.Empty(await ReadAsync(bench));
    }

    [Fact]
    public async Task A_label_that_a_tool_whose_clock_is_ahead_gives_again_after_its_withdrawal_counts()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var ahead = TimeProvider.System.GetUtcNow().AddHours(5);
        var first = TrainingBench.Feedback("a", "Oil prices rise", "negative") with { OccurredAt = ahead };
        await bench.AppendAsync([first]);
        await bench.AppendAsync([TrainingBench.Withdrawal(first, second: 1)]);
        Assert.Empty(await ReadAsync(bench));

        await bench.AppendAsync([first with { Label = "neutral", OccurredAt = ahead.AddMinutes(20) }]);

        Assert.Equal("neutral", Assert.Single(await ReadAsync(bench)).Label);
    }

    [Fact]
    public async Task Feedback_by_a_tool_whose_clock_is_ahead_is_excluded_once_its_subject_is_erased()
    {
        await using var bench = await TrainingBench.CreateAsync(PipelineWithSubjectKeys);
        var ahead = TimeProvider.System.GetUtcNow().AddHours(5);
        await bench.AppendAsync(
            [TrainingBench.Feedback("a", "Oil prices rise", "neutral") with { Subject = "anna", OccurredAt = ahead }]);
        bench.Keys.GetOrCreate(["anna"]);
        Assert.Single(await ReadAsync(bench));

        await EraseAsync(bench, "anna");

        Assert.Empty(await ReadAsync(bench));
    }

    [Fact]
    public async Task Feedback_with_the_position_of_a_text_whose_prediction_is_gone_has_the_subject_of_the_text()
    {
        await using var bench = await TrainingBench.CreateAsync(PipelineWithSubjectKeys);
        var origin = await ProduceAsync(bench, "texts.news", """{"id":"a","text":"Oil prices rise","subject":"anna"}""");
        await bench.AppendAsync([TrainingBench.Feedback("a", null, "neutral", origin: origin)]);

        Assert.Equal("anna", Assert.Single(await ReadAsync(bench)).Subject);
    }

    private static FeedbackReceived Label(int n, string label, int second) =>
        TrainingBench.Feedback($"{n}", $"text {n}", label, second);

    private static PipelineOptions PipelineWithSubjectKeys =>
        new() { Name = "news", Heads = ["sentiment"], Privacy = new() { PerSubjectKeys = true } };

    private static TextClassified Predict(TrainingBench bench, string id, string subject) =>
        new PrivacyFilter(bench.Pipelines, bench.Keys).SealPrediction(
            bench.Pipelines.Get("news"), TrialStream.Prediction(id, "default-v1", "neutral", subject) with { Text = "Oil prices rise" },
            bench.Keys.GetOrCreate([subject])[subject]);

    private static Task<ErasureProof> EraseAsync(TrainingBench bench, string subject) =>
        new SubjectErasure(bench.Log, bench.Pipelines, bench.Keys, TimeProvider.System).EraseAsync(
            subject, "test", TrainingBench.Cancellation);

    private static async Task<IReadOnlyList<LabelledFeedback>> ReadAsync(TrainingBench bench, int maximum = 1000) =>
        (await bench.FeedbackReader.ReadAsync("default", Heads, maximum, TrainingBench.Cancellation)).Labels;

    private static async Task<RecordPosition> ProduceAsync(TrainingBench bench, string topic, string json)
    {
        var at = (await bench.Log
            .AppendAsync([new NewRecord(topic, null, Encoding.UTF8.GetBytes(json), TrainingBench.Start)], TrainingBench.Cancellation))[0];
        return new(at.Topic, at.Partition, at.Offset);
    }
}
