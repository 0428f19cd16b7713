using StreamBert.Contracts;
using StreamBert.Monitoring.Fairness;

namespace StreamBert.Tests.Monitoring.Fairness;

/// <summary>
/// Compares with Fairlearn's definitions, computed by hand for this table: group a has TPR 40/50 = 0.8, FPR 10/50 = 0.2 and accuracy 0.8;
/// group b has TPR 20/40 = 0.5, FPR 6/60 = 0.1 and accuracy 0.74.
/// </summary>
public sealed class LabelMeasuresTests
{
    private static readonly Dictionary<string, LabelTally> Table = new()
    {
        ["a"] = Tally(truePositives: 40, falseNegatives: 10, falsePositives: 10, trueNegatives: 40, confidence: 0.85),
        ["b"] = Tally(truePositives: 20, falseNegatives: 20, falsePositives: 6, trueNegatives: 54, confidence: 0.84),
    };

    [Theory]
    [InlineData(FairnessMeasure.EqualOpportunity, 0.3)]
    [InlineData(FairnessMeasure.EqualizedOdds, 0.3)]
    [InlineData(FairnessMeasure.AccuracyGap, 0.06)]
    [InlineData(FairnessMeasure.CalibrationGap, 0.05)] // 0.85 − 0.80 = 0.05 against 0.84 − 0.74 = 0.10
    public void The_gaps_are_those_of_the_table(string name, double gap)
    {
        var measure = Find(Table, name);

        Assert.Equal(gap, measure.Value!.Value, 10);
        Assert.True(measure.Interval!.Low < gap && gap < measure.Interval.High);
        Assert.Equal(name == FairnessMeasure.CalibrationGap ? "b" : "a", measure.Highest);
    }

    [Fact]
    public void Equalized_odds_is_the_gap_of_false_positives_if_that_is_larger()
    {
        var table = new Dictionary<string, LabelTally>
        {
            ["a"] = Tally(45, 5, 30, 20, 0.8),
            ["b"] = Tally(45, 5, 5, 45, 0.8),
        };

        Assert.Equal(0.5, Find(table, FairnessMeasure.EqualizedOdds).Value!.Value, 10);
        Assert.Equal(0, Find(table, FairnessMeasure.EqualOpportunity).Value!.Value, 10);
    }

    [Fact]
    public void Too_few_labels_are_insufficient_and_say_how_many_are_needed()
    {
        var measure = Find(Table, FairnessMeasure.AccuracyGap);

        Assert.Equal(100, measure.Count);
        Assert.Equal(TwoProportionPower.RequiredForDifference(0.77, 0.1), measure.Needed); // (80 + 74)/200
        Assert.False(measure.Sufficient);
    }

    [Fact]
    public void Texts_of_one_conversation_widen_the_interval()
    {
        var clustered = new Dictionary<string, LabelTally>
        {
            ["a"] = Tally(40, 10, 10, 40, 0.85, clusters: 20),
            ["b"] = Tally(20, 20, 6, 54, 0.84, clusters: 20),
        };

        var (narrow, wide) = (Find(Table, FairnessMeasure.AccuracyGap), Find(clustered, FairnessMeasure.AccuracyGap));

        Assert.Equal(20, wide.Count);
        Assert.InRange((wide.Interval!.High - wide.Interval.Low) / (narrow.Interval!.High - narrow.Interval.Low), 1.8, 2.3); // √5 = 2.24
    }

    [Fact]
    public void One_group_alone_has_no_gap()
    {
        var measures = LabelMeasures.Of(new Dictionary<string, LabelTally> { ["a"] = Table["a"] }, 0.1);

        Assert.All(measures, static measure => Assert.Null(measure.Value));
        Assert.All(measures, static measure => Assert.False(measure.Sufficient));
    }

    private static FairnessMeasure Find(Dictionary<string, LabelTally> table, string name) =>
        LabelMeasures.Of(table, 0.1).Single(measure => measure.Name == name);

    private static LabelTally Tally(
        int truePositives, int falseNegatives, int falsePositives, int trueNegatives, double confidence, long? clusters = null)
    {
        var tally = new LabelTally();
        foreach (var (count, isPositive, isSelected) in new[]
        {
            (truePositives, true, true), (falseNegatives, true, false), (falsePositives, false, true), (trueNegatives, false, false),
        })
        {
            for (var text = 0; text < count; text++)
                tally.Add(isPositive, isSelected, isPositive == isSelected, confidence, isNewCluster: true);
        }
        tally.Clusters = clusters ?? tally.Clusters;
        return tally;
    }
}
