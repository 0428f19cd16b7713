using StreamBert.Contracts;
using StreamBert.Inference.Outputs;

namespace StreamBert.Tests.Inference.Outputs;

public sealed class RouteSelectorTests
{
    private static readonly RouteOptions[] Routes =
    [
        new() { Queue = "fraud", Head = "intent", Labels = ["stolen-card", "fraud"], MinConfidence = 0.8 },
        new() { Queue = "human-review", Head = "intent", BelowConfidence = 0.5 },
        new() { Queue = "angry", Head = "sentiment", Labels = ["negative"] },
        new() { Queue = "late", Head = "intent", Labels = ["fraud"] },
    ];

    [Theory]
    [InlineData("fraud", 0.8, "neutral", "fraud")]
    [InlineData("stolen-card", 0.95, "negative", "fraud")]
    [InlineData("fraud", 0.79, "neutral", "late")]
    [InlineData("greeting", 0.49, "negative", "human-review")]
    [InlineData("greeting", 0.5, "negative", "angry")]
    [InlineData("greeting", 0.9, "neutral", null)]
    public void The_first_matching_route_decides_the_queue(string intent, double confidence, string sentiment, string? queue) =>
        Assert.Equal(queue, RouteSelector.SelectQueue(Routes, Heads(("intent", intent, confidence), ("sentiment", sentiment, 0.6))));

    [Fact]
    public void A_route_on_a_head_without_a_prediction_never_matches() =>
        Assert.Null(RouteSelector.SelectQueue(Routes, Heads(("topic", "fraud", 0.1))));

    [Theory]
    [InlineData(0.99, "unknown")]
    [InlineData(0.98, null)]
    [InlineData(null, null)]
    public void A_route_on_the_distance_needs_a_score(double? score, string? queue)
    {
        RouteOptions[] routes = [new() { Queue = "unknown", Head = "intent", MinOutOfDistribution = 0.99 }];
        var answer = Heads(("intent", "fraud", 0.9))["intent"] with { OutOfDistribution = score };

        Assert.Equal(queue, RouteSelector.SelectQueue(routes, new Dictionary<string, HeadPrediction> { ["intent"] = answer }));
    }

    private static Dictionary<string, HeadPrediction> Heads(params (string Head, string Label, double Confidence)[] answers) =>
        answers.ToDictionary(
            static a => a.Head,
            static a => new HeadPrediction(a.Label, a.Confidence, new Dictionary<string, double> { [a.Label] = a.Confidence }));
}
