using StreamBert.Contracts;
using StreamBert.Gateway.Labelling;
using static StreamBert.Tests.Gateway.Labelling.LabellingPredictions;

namespace StreamBert.Tests.Gateway.Labelling;

/// <summary>Tests which texts are offered first, and why.</summary>
public sealed class CandidateRankingTests
{
    [Fact]
    public void The_smallest_margin_comes_first()
    {
        var ranked = CandidateRanking.ByUncertainty([Create("sure", 0.98), Create("torn", 0.51), Create("leaning", 0.3)], null).ToList();

        Assert.Equal(["torn", "leaning", "sure"], Ids(ranked));
        Assert.Equal("good (0.51) is hardly more probable than bad (0.49)", ranked[0].Reason);
    }

    [Fact]
    public void A_multi_label_head_is_least_certain_near_one_half_and_a_regression_is_not_ranked()
    {
        HeadPrediction tags = new("a", 0.9, new Dictionary<string, double> { ["a"] = 0.9, ["b"] = 0.52 }) { Labels = ["a", "b"] };
        HeadPrediction length = new("words", 17, new Dictionary<string, double> { ["words"] = 17, ["lines"] = 17 });
        var predictions = new[] { Create("torn", 0.51).With("tags", tags).With("length", length) };

        Assert.Equal("the probability of b is 0.52", Assert.Single(CandidateRanking.ByUncertainty(predictions, "tags")).Reason);
        Assert.Empty(CandidateRanking.ByUncertainty(predictions, "length"));
    }

    [Fact]
    public void Texts_unlike_the_training_come_in_the_order_of_their_score_and_familiar_ones_do_not_come()
    {
        static HeadPrediction Answer(double score) => Create("x", 0.9).Heads["quality"] with { OutOfDistribution = score };
        var predictions = new[] { ("near", 0.4), ("far", 0.97), ("farthest", 0.999) }
            .Select(static text => Create(text.Item1, 0.9).With("quality", Answer(text.Item2))).Append(Create("unknown", 0.9));

        Assert.Equal(["farthest", "far"], Ids(CandidateRanking.ByUnfamiliarity(predictions, "quality")));
    }

    [Fact]
    public void Near_duplicates_with_different_answers_disagree_and_those_of_two_versions_come_first()
    {
        const string same = "the parcel has not arrived after three weeks of waiting";
        const string other = "the refund was paid to the wrong account again";
        TextClassified[] latestFirst =
        [
            Create("b2", 0.55, other), Create("b1", 0.45, other), Create("a2", 0.9, same, "default-v2"),
            Create("a1", 0.2, same + "!"), Create("c1", 0.9), Create("agreed", 0.8, "all is well with the order of yesterday"),
            Create("agreed too", 0.9, "all is well with the order of yesterday"),
        ];

        var ranked = CandidateRanking.ByDisagreement(latestFirst, null).ToList();

        Assert.Equal(["a2", "b2"], Ids(ranked));
        Assert.Equal("default-v2 answered good, and default-v1 answered bad to a near-duplicate", ranked[0].Reason);
    }

    [Fact]
    public void Sealed_texts_are_nobodys_near_duplicates()
    {
        TextClassified[] predictions =
        [
            Create("a", 0.9, "the same words") with { Story = null }, Create("b", 0.1, "the same words") with { Story = null },
        ];

        Assert.Empty(CandidateRanking.ByDisagreement(predictions, null));
        Assert.Equal(2, StoryGroups.Of(predictions).Count);
    }

    private static IEnumerable<string> Ids(IEnumerable<LabellingCandidate> ranked) =>
        ranked.Select(static candidate => candidate.Prediction.Id);
}
