using StreamBert.Contracts;
using StreamBert.Monitoring.Labels;

namespace StreamBert.Tests.Monitoring.Labels;

public sealed class LabelBudgetTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly LabelRule Usual = new(), Heavy = new() { Label = "positive", Weight = 3 };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, 0)]
    [InlineData(100, 20)]
    public void The_false_alarms_of_all_statistics_of_all_series_add_up_to_the_budget(int usual, int heavy)
    {
        var budget = new LabelBudget(new() { FalseAlarms = 2 }, Window, [(Usual, usual), (Heavy, heavy)]);

        var perWindow = 2 * (
            1 / budget.RunLength(Usual, isWholePipeline: true, isAbove: true)
            + 1 / budget.RunLength(Heavy, isWholePipeline: true, isAbove: true)
            + usual / budget.RunLength(Usual, isWholePipeline: false, isAbove: true)
            + heavy / budget.RunLength(Heavy, isWholePipeline: false, isAbove: true));

        Assert.Equal(2, perWindow * (TimeSpan.FromDays(7) / Window), 9);
    }

    [Fact]
    public void A_rule_of_three_times_the_weight_may_have_three_times_the_false_alarms()
    {
        var budget = new LabelBudget(new(), Window, [(Usual, 10), (Heavy, 10)]);

        Assert.Equal(3, budget.RunLength(Usual, true, true) / budget.RunLength(Heavy, true, true), 9);
        Assert.Equal(3, budget.RunLength(Usual, false, true) / budget.RunLength(Heavy, false, true), 9);
    }

    [Fact]
    public void A_rule_that_does_not_watch_a_direction_takes_no_part_of_its_budget()
    {
        var both = Heavy with { Direction = ChangeDirection.Both };
        var budget = new LabelBudget(new(), Window, [(Usual, 0), (both, 0)]);

        Assert.Equal(2 * 7 * 1440, budget.RunLength(both, isWholePipeline: true, isAbove: false), 9);
    }
}
