using StreamBert.Contracts;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Tests.Streaming.State.Queries;

public sealed class PredictionQueryTests
{
    private static readonly TextClassified Prediction = Some.Prediction("a") with
    {
        Heads = new Dictionary<string, HeadPrediction>
        {
            ["sentiment"] = new("negative", 0.9, new Dictionary<string, double>()),
            ["topic"] = new("Energy", 0.4, new Dictionary<string, double>()),
        },
    };

    [Theory]
    [InlineData(null, null, 0.8, null, true)]
    [InlineData(null, null, 0.95, null, false)]
    [InlineData("topic", null, 0.8, null, false)]
    [InlineData("topic", null, null, 0.5, true)]
    [InlineData(null, "Energy", null, 0.5, true)]
    [InlineData(null, "Energy", 0.5, null, false)]
    [InlineData("sentiment", "Energy", null, null, false)]
    [InlineData("sentiment", "negative", 0.9, 0.9, true)]
    public void The_confidence_is_that_of_the_label_or_head_that_is_asked_for(
        string? head, string? label, double? min, double? max, bool matches) =>
        Assert.Equal(
            matches, new PredictionQuery(Head: head, Label: label) { MinConfidence = min, MaxConfidence = max }.Matches(Prediction));

    [Fact]
    public void A_span_of_event_time_includes_its_start_and_not_its_end()
    {
        Assert.True(new PredictionQuery { From = Some.Noon, To = Some.Noon.AddSeconds(1) }.Matches(Prediction));
        Assert.False(new PredictionQuery { To = Some.Noon }.Matches(Prediction));
        Assert.False(new PredictionQuery { From = Some.Noon.AddSeconds(1) }.Matches(Prediction));
    }

    [Fact]
    public void A_prediction_without_heads_matches_unless_a_head_is_asked_for()
    {
        var entities = Prediction with { Heads = new Dictionary<string, HeadPrediction>() };

        Assert.True(new PredictionQuery().Matches(entities));
        Assert.False(new PredictionQuery { MinConfidence = 0 }.Matches(entities));
    }
}
