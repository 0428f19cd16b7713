using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Tests.Model.Training.FineTuning;

public sealed class TargetBuilderTests
{
    private static readonly int[] Labels = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2];

    [Fact]
    public void Label_smoothing_spreads_its_share_over_all_labels()
    {
        var targets = new TargetBuilder(Labels, labelCount: 4, new() { LabelSmoothing = 0.1 });

        Assert.Equal([0.025, 0.925, 0.025, 0.025], targets[1].Select(static value => Math.Round(value, 6)));
    }

    [Fact]
    public void Balanced_classes_have_the_same_total_weight_and_a_mean_weight_of_one()
    {
        var targets = new TargetBuilder(Labels, labelCount: 3, new() { BalanceClasses = true });

        Assert.Equal(10f / (3 * 6), targets[0][0], 6); // scikit-learn: n / (k · n_c)
        Assert.Equal(10f / 3, targets[2].Sum(), 5);
        Assert.Equal(10, Labels.Sum(label => targets[label].Sum()), 4);
    }
}
