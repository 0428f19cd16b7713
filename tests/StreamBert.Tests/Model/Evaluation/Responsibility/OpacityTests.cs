using StreamBert.Contracts;
using StreamBert.Model.Evaluation.Responsibility;

namespace StreamBert.Tests.Model.Evaluation.Responsibility;

public sealed class OpacityTests
{
    private const string Text = "profits rose, shares fell";

    private static readonly WordAttribution[] Words =
        [new("profits", 0, 7, 0.1), new("rose", 8, 12, 2), new(",", 12, 13, 0), new("shares", 14, 20, 0), new("fell", 21, 25, -1)];

    [Fact]
    public void A_fifth_of_the_words_is_chosen_by_attribution() =>
        Assert.Equal(["rose"], Opacity.ChooseWords(Words).Select(static word => word.Text));

    [Fact]
    public void Words_are_erased_and_the_others_stay_in_place()
    {
        Assert.Equal("profits     , shares fell", Opacity.Erase(Text, Words, static word => word.Text != "rose"));
        Assert.Equal("        rose             ", Opacity.Erase(Text, Words, static word => word.Text == "rose"));
    }

    /// <summary>Without the words the answer is gone, with them alone it stays: the explanation is the whole truth.</summary>
    [Fact]
    public void A_faithful_explanation_has_no_opacity() =>
        Assert.Equal(0, Opacity.Of([new(1, 0, 1), new(1, 0, 1)]).Epsilon.Value);

    /// <summary>The words that the explanation names do not matter, and the answer comes from the others.</summary>
    [Fact]
    public void An_explanation_that_names_the_wrong_words_is_opaque() => Assert.Equal(1, Opacity.Of([new(1, 1, 0)]).Epsilon.Value);

    /// <summary>By hand: comprehensiveness 0.5 and 0, sufficiency 0.25 and −0.2, which counts as 0.</summary>
    [Fact]
    public void The_opacity_is_the_mean_over_texts()
    {
        var opacity = Opacity.Of([new(0.75, 0.25, 0.5), new(0.5, 0.5, 0.7)]);

        Assert.Equal((0.25, 0.025), (opacity.Comprehensiveness, Math.Round(opacity.Sufficiency, 9)));
        Assert.Equal((0.375 + 0.5) / 2, opacity.Epsilon.Value, 9);
        Assert.Equal((0.375, 0.5), (opacity.Epsilon.Interval.Low, opacity.Epsilon.Interval.High));
    }

    [Fact]
    public void F_is_the_weighted_sum_of_all_three_figures()
    {
        var (delta, opacity, theta) = (new Estimate(0.1, new(0, 0.2)), Opacity.Of([new(1, 0.5, 1)]), new Estimate(0.05, new(0, 0.1)));
        var weights = new ResponsibilityWeights(2, 1, 4);

        Assert.Equal(2 * 0.1 + 0.25 + 4 * 0.05, new ResponsibilityReport(delta, opacity, theta, weights).F!.Value, 12);
        Assert.Null(new ResponsibilityReport(delta, null, theta, weights).F);
    }

    /// <summary>By hand: the distances 2 · 0.1, 0 and 4 · 0.05 combine to √(0.04 + 0.04).</summary>
    [Fact]
    public void The_interval_of_F_combines_those_of_its_terms()
    {
        var report = new ResponsibilityReport(
            new Estimate(0.1, new(0, 0.2)), Opacity.Of([new(1, 0.5, 1)]), new Estimate(0.05, new(0, 0.1)), new(2, 1, 4));

        Assert.Equal(report.F!.Value - Math.Sqrt(0.08), report.Interval!.Low, 12);
        Assert.Equal(report.F!.Value + Math.Sqrt(0.08), report.Interval.High, 12);
    }
}
