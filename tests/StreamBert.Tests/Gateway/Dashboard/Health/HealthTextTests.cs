using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;
using StreamBert.Gateway.Dashboard.Health;
using StreamBert.Gateway.Dashboard.Session;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Gateway.Dashboard.Health;

public sealed class HealthTextTests
{
    [Fact]
    public void Before_the_first_hour_it_says_so()
    {
        Assert.StartsWith("Not estimated yet", HealthText.Accuracy(ModelHealth.None), StringComparison.Ordinal);
        Assert.Equal("No rule.", HealthText.Fairness(ModelHealth.None));
        Assert.StartsWith("Nothing compared yet", HealthText.Drift(ModelHealth.None), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_all_texts_of_each_head_are_summarized()
    {
        var health = ModelHealth.None with { Accuracy = [Some.Accuracy("all", 0), Some.Accuracy("topic=Energy", 0)] };

        Assert.Equal("sentiment estimated 80 % (78–82 %), no labelled sample.", HealthText.Accuracy(health));
    }

    [Fact]
    public void Insufficient_data_is_never_summarized_as_normal()
    {
        var insufficient = Some.Drift(AlertKinds.LabelDrift, 0);
        var rule = Some.Fairness("a", 0);

        Assert.Equal("Insufficient data for all comparisons.", HealthText.Drift(ModelHealth.None with { Drift = [insufficient] }));
        Assert.Equal("2 rules: insufficient data.", HealthText.Fairness(ModelHealth.None with { Fairness = [rule, rule] }));
        Assert.Equal("texts with the attribute “region”. Send it with each text; each group needs 291 conversations.",
            FairnessText.Missing(rule));
    }

    [Fact]
    public void What_drifts_is_named()
    {
        var drift = Some.Drift(AlertKinds.LabelDrift, 0) with { State = DriftReported.Drifting };

        Assert.Equal(
            "Drift: Label mix of sentiment against the last good week.", HealthText.Drift(ModelHealth.None with { Drift = [drift] }));
    }

    [Fact]
    public void A_group_without_enough_conversations_is_named_with_its_number()
    {
        var rule = Some.Fairness("a", 0) with
        {
            Groups =
            [
                new("north", 900, 270, 0.3, new(0.25, 0.35), true) { Conversations = 320 },
                new("islands", 9, 4, 0.44, new(0.19, 0.73), false) { Conversations = 9 },
            ],
        };

        Assert.Equal("conversations of islands (9 of 291).", FairnessText.Missing(rule));
        Assert.Null(FairnessText.Missing(rule with { State = FairnessReported.NoDifference }));
    }
}
