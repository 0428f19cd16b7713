using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Training.Comparisons;
using StreamBert.Training.Datasets;

namespace StreamBert.Tests.Training.Comparisons;

public sealed class AnswerChangeMeterTests
{
    [Fact]
    public void Changes_are_counted_by_text_by_head_and_by_slice()
    {
        AnsweredText[] texts =
        [
            Answered("a", "app", ("neutral", "oil"), ("negative", "oil")),
            Answered("b", "app", ("neutral", "oil"), ("negative", "gas")),
            Answered("c", "mail", ("neutral", "oil"), ("neutral", "oil")),
            Answered("d", "mail", ("positive", "oil"), ("negative", "oil")),
        ];

        var changes = AnswerChangeMeter.Count(
            [.. Enumerable.Repeat(texts, 5).SelectMany(static all => all), Answered("e", "fax", ("neutral", "oil"), ("neutral", "oil"))]);

        Assert.Equal((21, 15), (changes.Texts, changes.Changed));
        Assert.Equal([("sentiment", 15), ("topic", 5)], changes.Heads.Select(static head => (head.Head, head.Changed)));
        Assert.Equal([new("neutral", "negative", 10), new LabelChange("positive", "negative", 5)], changes.Heads[0].Changes);
        Assert.Equal((16, 6), (changes.Heads[0].Before["neutral"], changes.Heads[0].After["neutral"]));
        Assert.Equal(
            [new("pipeline=news", 21, 15), new("source=app", 10, 10), new ChangedSlice("source=mail", 10, 5)], changes.Slices);
    }

    [Fact]
    public void A_head_that_the_pipeline_of_a_text_does_not_use_changes_nothing()
    {
        var onlyTopic = Answered("a", "app", ("neutral", "oil"), ("negative", "oil"));
        onlyTopic = new(
            onlyTopic.Stored with { Heads = onlyTopic.Stored.Heads.Where(static head => head.Key == "topic").ToDictionary() },
            onlyTopic.Before, onlyTopic.After);

        var changes = AnswerChangeMeter.Count([onlyTopic]);

        Assert.Equal((1, 0), (changes.Texts, changes.Changed));
        Assert.Equal(["topic"], changes.Heads.Select(static head => head.Head));
    }

    [Fact]
    public void At_most_ten_examples_are_kept_those_with_the_most_confident_new_labels()
    {
        var changes = AnswerChangeMeter.Count(
        [
            .. Enumerable.Range(0, 30)
                .Select(static n => Answered($"t{n}", "app", ("neutral", "oil"), ("negative", "oil"), 0.5 + n * 0.01)),
        ]);

        Assert.Equal(30, changes.Changed);
        Assert.Equal(Enumerable.Range(20, 10).Reverse().Select(static n => $"t{n}"), changes.Examples.Select(static text => text.Id));
    }

    [Fact]
    public void A_sealed_text_stays_sealed_in_an_example()
    {
        var answered = Answered("a", null, ("neutral", "oil"), ("negative", "oil"));
        var example = Assert.Single(AnswerChangeMeter.Count(
            [answered with { Stored = answered.Stored with { Text = null, Sealed = [1, 2] } }]).Examples);

        Assert.Null(example.Text);
        Assert.Equal([1, 2], example.Sealed);
    }

    [Fact]
    public async Task Only_texts_of_the_last_day_are_compared_and_a_version_changes_nothing_against_itself()
    {
        await using var bench = await TrainingBench.CreateAsync();
        using var model = TextClassifier.Load(bench.Directories.Resolve(bench.Directories.GetShipped("default").Directory));
        RecentText[] recent = [Recent("a", 0), Recent("b", 20), Recent("c", 43), Recent("d", 43)];

        var changes = AnswerChangeMeter.Measure(model, model, recent, TrainingBench.Cancellation)!;

        Assert.Equal((3, 0), (changes.Texts, changes.Changed));
        Assert.Equal(
            (TrainingBench.Start.AddHours(20), TrainingBench.Start.AddHours(43)), (changes.OldestAt, changes.NewestAt));
        Assert.Null(AnswerChangeMeter.Measure(model, model, [], TrainingBench.Cancellation));
    }

    private static RecentText Recent(string id, int hours) =>
        new(Stored(id, null) with { ClassifiedAt = TrainingBench.Start.AddHours(hours) }, $"good report {id}");

    private static AnsweredText Answered(
        string id, string? source, (string Sentiment, string Topic) before, (string Sentiment, string Topic) after,
        double confidence = 0.9) => new(Stored(id, source), Answers(before, confidence), Answers(after, confidence));

    private static Dictionary<string, HeadPrediction> Answers((string Sentiment, string Topic) labels, double confidence) => new()
    {
        ["sentiment"] = new(labels.Sentiment, confidence, new Dictionary<string, double>()),
        ["topic"] = new(labels.Topic, confidence, new Dictionary<string, double>()),
    };

    private static TextClassified Stored(string id, string? source) => new()
    {
        Id = id,
        Pipeline = "news",
        ModelVersion = "default-v1",
        OccurredAt = TrainingBench.Start,
        ClassifiedAt = TrainingBench.Start,
        Heads = Answers(("neutral", "oil"), 0.9),
        Tokens = 4,
        Origin = new("texts.news", 0, 0),
        Text = $"text {id}",
        Source = source,
        Timings = new(0, 0, 1),
    };
}
