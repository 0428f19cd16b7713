using StreamBert.Model.Evaluation;

namespace StreamBert.Tests.Model.Evaluation;

public sealed class CalibrationErrorTests
{
    /// <summary>By hand: 0.1 off in one bin, 0.4 in another; with equal weights the mean, however many texts there are.</summary>
    [Theory]
    [InlineData(10, 10)]
    [InlineData(10, 1000)]
    public void Each_source_has_the_same_weight(int first, int second) =>
        Assert.Equal(0.25, CalibrationError.Compute(Create(first, 0.9, correct: 1), Create(second, 0.6, correct: 0.2)), 9);

    /// <summary>By hand: in a common bin 0.2 too sure and 0.2 too unsure cancel out.</summary>
    [Fact]
    public void Sources_share_the_bins_of_confidence() =>
        Assert.Equal(0, CalibrationError.Compute(Create(10, 0.8, correct: 0.6), Create(50, 0.8, correct: 1)), 9);

    /// <summary>Oracle: the exact increase is 0.15; its standard error is half that of the first source's mean, √(0.25 / 400).</summary>
    [Fact]
    public void The_interval_covers_the_increase_and_is_as_wide_as_the_smaller_source_makes_it()
    {
        var (small, large) = (Create(400, 0.5, correct: 0.5), Create(4000, 0.9, correct: 0.9));

        var interval = CalibrationError.OfIncrease([(small, Create(400, 0.8, correct: 0.5)), (large, large)], tail: 0.05);

        Assert.InRange(0.15, interval.Low, interval.High);
        Assert.InRange(interval.High - interval.Low, 0.02, 0.05); // 2 · 1.645 · 0.0125, less what the champion's own error absorbs
    }

    private static EvaluatedText[] Create(int count, double confidence, double correct) =>
        [.. Enumerable.Range(0, count).Select(i => new EvaluatedText("a", i < correct * count ? "a" : "b", confidence))];
}
