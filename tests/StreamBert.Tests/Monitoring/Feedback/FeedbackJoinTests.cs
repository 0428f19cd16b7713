using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Monitoring.Feedback;

namespace StreamBert.Tests.Monitoring.Feedback;

public sealed class FeedbackJoinTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private FeedbackState _state = new();

    private FeedbackJoin Join => field ??= new(Pipeline(sampleEvery: 500), _state);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Feedback_is_joined_with_its_prediction_in_either_order(bool predictionFirst)
    {
        if (predictionFirst)
            Join.Add(Text("a"));
        Join.Add(Feedback("a", "negative"));
        if (!predictionFirst)
            Join.Add(Text("a"));

        var joined = Assert.Single(Join.Take());

        Assert.Equal(("sentiment", "negative", "neutral", 0.8), (joined.Head, joined.Label, joined.Predicted, joined.Confidence));
        Assert.Equal(["topic=Macro", "region=north"], joined.Segments);
        Assert.False(joined.IsCorrect);
        Assert.Empty(Join.Take());
    }

    [Fact]
    public void Feedback_of_both_heads_that_waits_is_joined()
    {
        Join.Add(Feedback("a", "neutral"));
        Join.Add(Feedback("a", "Energy") with { Head = "topic" });
        Join.Add(Text("b"));
        Assert.Empty(Join.Take());

        Join.Add(Text("a"));

        Assert.Equal([("sentiment", true), ("topic", false)], Join.Take().Select(static text => (text.Head, text.IsCorrect)));
        Assert.Empty(_state.Waiting);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void Texts_of_one_story_are_one_cluster_unless_the_rules_say_that_each_counts(bool groupsStories, int clusters)
    {
        var pipeline = Pipeline(sampleEvery: 500);
        var rules = pipeline.Monitor.Rules with { GroupStories = groupsStories };
        var join = new FeedbackJoin(pipeline with { Monitor = pipeline.Monitor with { Rules = rules } }, _state);
        foreach (var id in new[] { "a", "b" })
        {
            join.Add(Text(id) with { Story = "00000000000000ff", Subject = null });
            join.Add(Feedback(id, "neutral"));
        }

        Assert.Equal(clusters, join.Take().Select(static text => text.Cluster).Distinct().Count());
    }

    [Fact]
    public void The_position_of_the_text_finds_a_prediction_whose_id_the_sender_does_not_know()
    {
        Join.Add(Text("a") with { Origin = new("texts.financial-news", 2, 17) });

        Join.Add(Feedback("other", "neutral") with { Origin = new("texts.financial-news", 2, 17) });

        Assert.True(Assert.Single(Join.Take()).IsCorrect);
    }

    [Fact]
    public void Sampled_predictions_are_held_longer_than_others_and_both_in_bounded_number()
    {
        var join = new FeedbackJoin(Pipeline(sampleEvery: 10), _state);
        for (var number = 0; number < 60_000; number++)
            join.Add(Text($"t-{number}"));

        Assert.Equal((FeedbackJoin.MaxSample, FeedbackJoin.MaxRecent), (_state.Sample.Predictions.Count, _state.Recent.Predictions.Count));
        Assert.All(_state.Sample.Predictions, static held => Assert.True(RandomSample.Contains(held.Id, 10)));
        join.Add(Feedback(_state.Sample.Predictions[0].Id, "neutral"));
        Assert.True(Assert.Single(join.Take()).IsInSample);
        Assert.Null(_state.Recent.Find("t-50000", null));
    }

    [Fact]
    public void Feedback_whose_prediction_never_comes_waits_in_bounded_number_and_is_counted_as_unmatched()
    {
        for (var number = 0; number < FeedbackJoin.MaxWaiting + 7; number++)
            Join.Add(Feedback($"t-{number}", "neutral"));
        Assert.Equal((FeedbackJoin.MaxWaiting, 7), (_state.Waiting.Count, _state.Unmatched));

        Join.Add(Text("t-6"));
        Assert.Empty(Join.Take());
        Join.Add(Text("t-7"));
        Assert.Single(Join.Take());
    }

    [Fact]
    public void A_checkpoint_holds_what_is_needed_but_no_text()
    {
        Join.Add(Text("a") with { Text = "a secret sentence" });
        Join.Add(Feedback("later", "neutral"));
        var bytes = JsonSerializer.SerializeToUtf8Bytes(_state);
        Assert.DoesNotContain("secret", System.Text.Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);

        _state = JsonSerializer.Deserialize<FeedbackState>(bytes)!;
        var restored = new FeedbackJoin(Pipeline(sampleEvery: 500), _state);
        restored.Add(Feedback("a", "neutral"));
        restored.Add(Text("later"));

        Assert.Equal(2, restored.Take().Count);
        Assert.Equal(["topic=Macro", "region=north"], _state.Recent.Find("a", null)!.Segments);
    }

    [Fact]
    public void Feedback_on_a_head_that_the_prediction_lacks_is_no_label()
    {
        Join.Add(Text("a"));
        Join.Add(Feedback("a", "x") with { Head = "urgency" });

        Assert.Empty(Join.Take());
    }

    private static PipelineOptions Pipeline(int sampleEvery)
    {
        var rules = SyntheticStream.Pipeline.Monitor.Rules;
        return SyntheticStream.Pipeline with
        {
            Monitor = SyntheticStream.Pipeline.Monitor with { Rules = rules with { Accuracy = new() { SampleEvery = sampleEvery } } },
        };
    }

    private static TextClassified Text(string id) => Predictions.Text(Start, id: id) with
    {
        Attributes = new Dictionary<string, string> { ["region"] = "north" },
    };

    private static FeedbackReceived Feedback(string id, string label) => new()
    {
        Id = id,
        Pipeline = SyntheticStream.Pipeline.Name,
        Head = "sentiment",
        Label = label,
        OccurredAt = Start,
    };
}
