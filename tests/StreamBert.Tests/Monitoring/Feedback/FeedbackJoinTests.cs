using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Monitoring.Feedback;

namespace StreamBert.Tests.Monitoring.Feedback;

public sealed class FeedbackJoinTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly CountedLabels _counted = new();
    private FeedbackState _state = new();

    private FeedbackJoin Join => field ??= new(Pipeline(sampleEvery: 500), _state, _counted);

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

        var joined = Assert.Single(Take(Join));

        Assert.Equal(("sentiment", "negative", "neutral", 0.8), (joined.Head, joined.Label, joined.Predicted, joined.Confidence));
        Assert.Equal(["topic=Macro", "region=north"], joined.Segments);
        Assert.False(joined.IsCorrect);
        Assert.Empty(Take(Join));
    }

    [Fact]
    public void Feedback_of_both_heads_that_waits_is_joined()
    {
        Join.Add(Feedback("a", "neutral"));
        Join.Add(Feedback("a", "Energy") with { Head = "topic" });
        Join.Add(Text("b"));
        Assert.Empty(Take(Join));

        Join.Add(Text("a"));

        Assert.Equal([("sentiment", true), ("topic", false)], Take(Join).Select(static text => (text.Head, text.IsCorrect)));
        Assert.Empty(_state.Waiting);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void Texts_of_one_story_are_one_cluster_unless_the_rules_say_that_each_counts(bool groupsStories, int clusters)
    {
        var pipeline = Pipeline(sampleEvery: 500);
        var rules = pipeline.Monitor.Rules with { GroupStories = groupsStories };
        var join = new FeedbackJoin(pipeline with { Monitor = pipeline.Monitor with { Rules = rules } }, _state, _counted);
        foreach (var id in new[] { "a", "b" })
        {
            join.Add(Text(id) with { Story = "00000000000000ff", Subject = null });
            join.Add(Feedback(id, "neutral"));
        }

        Assert.Equal(clusters, Take(join).Select(static text => text.Cluster).Distinct().Count());
    }

    [Fact]
    public void The_position_of_the_text_finds_a_prediction_whose_id_the_sender_does_not_know()
    {
        Join.Add(Text("a") with { Origin = new("texts.financial-news", 2, 17) });

        Join.Add(Feedback("other", "neutral") with { Origin = new("texts.financial-news", 2, 17) });

        Assert.True(Assert.Single(Take(Join)).IsCorrect);
    }

    [Fact]
    public void Sampled_predictions_are_held_longer_than_others_and_both_in_bounded_number()
    {
        var join = new FeedbackJoin(Pipeline(sampleEvery: 10), _state, _counted);
        for (var number = 0; number < 60_000; number++)
            join.Add(Text($"t-{number}"));

        Assert.Equal((FeedbackJoin.MaxSample, FeedbackJoin.MaxRecent), (_state.Sample.Predictions.Count, _state.Recent.Predictions.Count));
        Assert.All(_state.Sample.Predictions, static held => Assert.True(RandomSample.Contains(held.Id, 10)));
        join.Add(Feedback(_state.Sample.Predictions[0].Id, "neutral"));
        Assert.True(Assert.Single(Take(join)).IsInSample);
        Assert.Null(_state.Recent.Find("t-50000", null));
    }

    [Fact]
    public void Feedback_whose_prediction_never_comes_waits_in_bounded_number_and_is_counted_as_unmatched()
    {
        for (var number = 0; number < FeedbackJoin.MaxWaiting + 7; number++)
            Join.Add(Feedback($"t-{number}", "neutral"));
        Assert.Equal((FeedbackJoin.MaxWaiting, 7), (_state.Waiting.Count, _state.Unmatched));

        Join.Add(Text("t-6"));
        Assert.Empty(Take(Join));
        Join.Add(Text("t-7"));
        Assert.Single(Take(Join));
    }

    [Fact]
    public void A_checkpoint_holds_what_is_needed_but_no_text()
    {
        Join.Add(Text("a") with { Text = "a secret sentence" });
        Join.Add(Feedback("later", "neutral"));
        var bytes = JsonSerializer.SerializeToUtf8Bytes(_state);
        Assert.DoesNotContain("secret", System.Text.Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);

        _state = JsonSerializer.Deserialize<FeedbackState>(bytes)!;
        var restored = new FeedbackJoin(Pipeline(sampleEvery: 500), _state, _counted);
        restored.Add(Feedback("a", "neutral"));
        restored.Add(Text("later"));

        Assert.Equal(2, Take(restored).Count);
        Assert.Equal(["topic=Macro", "region=north"], _state.Recent.Find("a", null)!.Segments);
    }

    [Fact]
    public void Feedback_on_a_head_that_the_prediction_lacks_is_no_label()
    {
        Join.Add(Text("a"));
        Join.Add(Feedback("a", "x") with { Head = "urgency" });

        Assert.Empty(Take(Join));
    }

    [Fact]
    public void A_label_that_replaces_an_uncounted_one_is_one_label()
    {
        Join.Add(Text("a"));
        Join.Add(Feedback("a", "negative"));
        Join.Add(Feedback("a", "neutral"));

        var change = Assert.Single(Join.Take(Start));

        Assert.Equal(("neutral", true), (change.Given!.Label, change.IsFirst));
    }

    [Fact]
    public void A_label_that_replaces_a_counted_one_names_it()
    {
        Join.Add(Text("a"));
        Join.Add(Feedback("a", "negative"));
        Join.Take(Start);
        Join.Add(Feedback("a", "neutral"));
        Join.Add(Feedback("a", "positive"));

        var change = Assert.Single(Join.Take(Start.AddMinutes(1)));

        Assert.Equal(("positive", false), (change.Given!.Label, change.IsFirst));
        Assert.Equal(("negative", Start), (change.Former!.Text.Label, change.Former.At));
        Assert.Equal(("positive", Start.AddMinutes(1)), (Assert.Single(_counted.Labels).Text.Label, _counted.Labels[0].At));
    }

    [Fact]
    public void The_labels_of_other_annotators_and_heads_stay()
    {
        Join.Add(Text("a"));
        Join.Add(Feedback("a", "negative") with { Annotator = "anna" });
        Join.Add(Feedback("a", "neutral") with { Annotator = "bert" });
        Join.Add(Feedback("a", "Energy") with { Annotator = "bert", Head = "topic" });

        Assert.Equal(["negative", "neutral", "Energy"], Take(Join).Select(static text => text.Label));
    }

    [Fact]
    public void A_label_that_waits_for_its_prediction_is_replaced_too()
    {
        Join.Add(Feedback("a", "negative"));
        Join.Add(Feedback("a", "positive") with { Annotator = "anna" });
        Join.Add(Feedback("a", "neutral"));
        Join.Add(Text("a"));

        Assert.Equal(["neutral", "positive"], Take(Join).Select(static text => text.Label));
    }

    [Fact]
    public void A_counted_label_is_replaced_after_its_prediction_was_given_up()
    {
        Join.Add(Text("a"));
        Join.Add(Feedback("a", "negative"));
        Join.Take(Start);
        for (var number = 0; number <= FeedbackJoin.MaxRecent; number++)
            Join.Add(Text($"t-{number}"));
        Assert.Null(_state.Recent.Find("a", null));

        Join.Add(Feedback("a", "neutral"));

        var change = Assert.Single(Join.Take(Start));
        Assert.Equal(("neutral", "neutral", "negative"), (change.Given!.Label, change.Given.Predicted, change.Former!.Text.Label));
        Assert.Empty(_state.Waiting);
    }

    [Fact]
    public void Counted_labels_are_remembered_in_bounded_number_the_oldest_forgotten_first()
    {
        Join.Add(Text("a"));
        for (var annotator = 0; annotator <= CountedLabels.Capacity; annotator++)
            Join.Add(Feedback("a", "negative") with { Annotator = $"annotator-{annotator}" });
        Join.Take(Start);
        Assert.Equal(CountedLabels.Capacity, _counted.Labels.Count);

        Join.Add(Feedback("a", "neutral") with { Annotator = "annotator-0" });
        Join.Add(Feedback("a", "neutral") with { Annotator = "annotator-1" });

        Assert.Equal([true, false], Join.Take(Start).Select(static change => change.IsFirst));
    }

    [Fact]
    public void The_withdrawal_of_an_uncounted_label_leaves_nothing()
    {
        Join.Add(Text("a"));
        Join.Add(Feedback("a", "negative"));
        Join.Withdraw(Withdrawal("a"));
        Join.Add(Feedback("waits", "negative"));
        Join.Withdraw(Withdrawal("waits"));
        Join.Withdraw(Withdrawal("unknown"));
        Join.Add(Text("waits"));

        Assert.Empty(Join.Take(Start));
        Join.Add(Feedback("a", "neutral"));
        Assert.True(Assert.Single(Join.Take(Start)).IsFirst);
    }

    [Fact]
    public void A_counted_label_that_is_withdrawn_is_removed_once_and_the_next_is_not_the_first()
    {
        Join.Add(Text("a"));
        Join.Add(Feedback("a", "negative"));
        Join.Take(Start);
        Join.Withdraw(Withdrawal("a"));
        Join.Withdraw(Withdrawal("a"));

        var withdrawn = Assert.Single(Join.Take(Start));
        Assert.Equal((null, "negative"), (withdrawn.Given, withdrawn.Removed!.Text.Label));
        Join.Withdraw(Withdrawal("a"));
        Assert.Empty(Join.Take(Start));

        Join.Add(Feedback("a", "neutral"));
        var again = Assert.Single(Join.Take(Start));
        Assert.Equal(("neutral", false, null), (again.Given!.Label, again.IsFirst, again.Removed));
    }

    [Fact]
    public void A_label_that_is_withdrawn_and_given_again_in_one_window_is_replaced()
    {
        Join.Add(Text("a"));
        Join.Add(Feedback("a", "negative"));
        Join.Take(Start);
        Join.Withdraw(Withdrawal("a"));
        Join.Add(Feedback("a", "neutral"));

        var change = Assert.Single(Join.Take(Start));

        Assert.Equal(("neutral", "negative"), (change.Given!.Label, change.Removed!.Text.Label));
    }

    private static FeedbackWithdrawn Withdrawal(string id) =>
        new() { Id = id, Pipeline = SyntheticStream.Pipeline.Name, Head = "sentiment", OccurredAt = Start };

    private static List<LabelledPrediction> Take(FeedbackJoin join) => [.. join.Take(Start).Select(static change => change.Given!)];

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
