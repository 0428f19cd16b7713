using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Tests.Streaming.Pipelines;

public sealed class LabelWarningsTests
{
    private static readonly Dictionary<string, IReadOnlyList<string>> Known = new() { ["sentiment"] = ["negative", "positive"] };

    [Fact]
    public void Each_unknown_label_is_named_once_with_the_known_ones()
    {
        var warnings = Warnings(new()
        {
            Labels = [new() { Label = "negativ" }, new() { Label = "negativ", Direction = ChangeDirection.Below }, new()],
            Fairness = [new() { Attribute = "region", Label = "angry" }],
        });

        Assert.Equal(
            [
                "a rule watches the label 'negativ', which the head 'sentiment' of the model does not have. Did you mean 'negative'? "
                    + "It has negative, positive.",
                "a rule watches the label 'angry', which the head 'sentiment' of the model does not have. It has negative, positive.",
            ],
            warnings);
    }

    [Fact]
    public void The_labels_of_a_head_that_is_not_known_are_not_compared() =>
        Assert.Empty(Warnings(new() { Labels = [new() { Head = "topic", Label = "Enrgy" }] }));

    private static IEnumerable<string> Warnings(MonitorRules rules)
    {
        var pipeline = DefaultPipelines.FinancialNews;
        return LabelWarnings.Of(pipeline with { Monitor = pipeline.Monitor with { Rules = rules } }, Known);
    }
}
