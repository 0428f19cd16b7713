using StreamBert.Cli.Evaluation.Slices;
using StreamBert.Model.Evaluation;

namespace StreamBert.Tests.Cli.Evaluation.Slices;

public sealed class GroupGapTests
{
    /// <summary>Oracle: the hypergeometric distribution (Fisher's exact test), P(|difference| ≥ 10 of 30) with 46 of 60 correct.</summary>
    [Fact]
    public void The_p_value_of_two_groups_is_that_of_the_hypergeometric_distribution()
    {
        var gap = GroupGap.Of([Group("b", 18, 30), Group("a", 28, 30)])!;
        var exact = Enumerable.Range(16, 15).Where(static first => Math.Abs(first - (46 - first)) >= 10)
            .Sum(static first => Choose(30, first) * Choose(30, 46 - first)) / Choose(60, 46);

        Assert.Equal(("a", "b"), (gap.Highest, gap.Lowest));
        Assert.Equal(1 / 3.0, gap.Difference, 12);
        Assert.InRange(gap.PValue, exact - 0.005, exact + 0.005);
        Assert.True(gap.Interval.Low > 0, "The interval of two clearly different groups excludes 0.");
    }

    /// <summary>Of twenty equal groups the extreme two seem to differ; the p-value knows that they were chosen.</summary>
    [Fact]
    public void Many_equal_groups_do_not_differ()
    {
        var random = new Random(3);
        var groups = Enumerable.Range(0, 20).Select(i => Group($"g{i}", Enumerable.Range(0, 50).Count(_ => random.NextDouble() < 0.8), 50));

        var gap = GroupGap.Of([.. groups])!;

        Assert.True(gap.Difference > 0.1, "Extreme groups differ by chance.");
        Assert.True(gap.PValue > 0.05, $"p = {gap.PValue}");
    }

    [Fact]
    public void Small_groups_are_not_compared() => Assert.Null(GroupGap.Of([Group("a", 10, 40), Group("b", 29, 29)]));

    [Fact]
    public void A_group_that_was_not_compared_is_named()
    {
        var slices = new ColumnSlices("team", [Group("a", 30, 40), Group("b", 30, 40), Group("tiny", 1, 2)]).WithGap();

        var text = SliceView.Describe(slices);

        Assert.Contains("No difference between the groups is shown", text, StringComparison.Ordinal);
        Assert.Contains("fewer than 30 texts: tiny", text, StringComparison.Ordinal);
    }

    private static Slice Group(string value, int correct, int count) => new(
        value, [.. Enumerable.Range(0, count).Select(i => new EvaluationUnit(1, i < correct ? 1 : 0, []))], 1);

    private static double Choose(int n, int k) => Enumerable.Range(1, k).Aggregate(1.0, (product, i) => product * (n - k + i) / i);
}
