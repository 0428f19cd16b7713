using StreamBert.Contracts;
using StreamBert.Model.Evaluation;

namespace StreamBert.Tests.Model.Evaluation;

public sealed class ScoreIntervalsTests
{
    /// <summary>Oracle: the normal approximation, 1.96 √(p(1 − p)/n).</summary>
    [Fact]
    public void The_interval_of_the_accuracy_has_the_width_of_theory()
    {
        var units = Enumerable.Range(0, 400).Select(static i => Unit(i % 4 != 0)).ToList();

        var interval = ScoreIntervals.Of(units, 2).Accuracy;

        Assert.InRange((interval.High - interval.Low) / 2, 0.9 * 0.0424, 1.1 * 0.0424);
        Assert.InRange(0.75, interval.Low, interval.High);
    }

    /// <summary>
    /// Oracle: all 27 samples of three items of which one is won, one lost and one the same. One of them loses every item, and 1/27 is more
    /// than 2.5 %.
    /// </summary>
    [Fact]
    public void The_interval_of_a_difference_is_that_of_all_samples()
    {
        var interval = ScoreIntervals.OfDifference(
            [Unit(false), Unit(true), Unit(true)], [Unit(true), Unit(true), Unit(false)], 2).Accuracy;

        Assert.Equal(new Interval(-1, 1), interval);
    }

    [Fact]
    public void Two_models_with_the_same_answers_do_not_differ()
    {
        EvaluationUnit[] units = [Unit(true), Unit(false), Unit(true)];

        var intervals = ScoreIntervals.OfDifference(units, units, 2);

        Assert.Equal((0, 0), (intervals.Accuracy.Low, intervals.MacroF1.High));
    }

    [Fact]
    public void The_same_data_give_the_same_interval()
    {
        var units = Enumerable.Range(0, 50).Select(static i => Unit(i % 3 != 0)).ToList();

        Assert.Equal(ScoreIntervals.Of(units, 2), ScoreIntervals.Of(units, 2));
    }

    /// <summary>By hand: class 0 has precision 2/3 and recall 2/2, class 1 1/1 and 1/2; class 2 does not occur.</summary>
    [Fact]
    public void The_scores_are_those_of_the_report()
    {
        EvaluationUnit[] units = [Unit(true), Unit(true), Unit(false), new(1, 1, [new(1, 1, 1, 1)])];

        var scores = ScoreCounter.Score(units, 3);

        Assert.Equal((0.75, 0.75), (scores.Accuracy, scores.MicroF1));
        Assert.Equal((4 / 5.0 + 2 / 3.0) / 2, scores.MacroF1, 12);
    }

    /// <summary>A text of class 0 that is answered correctly, or one of class 1 that is taken for class 0.</summary>
    private static EvaluationUnit Unit(bool isCorrect) =>
        isCorrect ? new(1, 1, [new(0, 1, 1, 1)]) : new(1, 0, [new(0, 0, 1, 0), new(1, 1, 0, 0)]);
}
