using StreamBert.Monitoring.PlainSeries;

namespace StreamBert.Tests.Monitoring.PlainSeries;

/// <summary>Checks the recommended threshold and the symmetries of scores on series with random shapes, noise and anomalies.</summary>
public sealed class ScoreCalibrationTests
{
    private const int FirstSeed = 5001, Count = 80;
    private const double Recommended = 0.5;

    private static readonly Lazy<List<(GeneratedSeries Series, double[] Scores)>> Scored =
        new(static () => [.. RandomSeries.From(FirstSeed, Count).Select(static series => (series, Score(series)))]);

    /// <summary>Oracle: the scores of the benchmark of Numenta at a grid of thresholds, on seeds that set no constant.</summary>
    [Fact]
    public void One_half_is_the_best_threshold_within_the_error_of_the_benchmark()
    {
        var scores = Enumerable.Range(1, 19).Select(static step => step / 20.0)
            .ToDictionary(static threshold => threshold, static threshold => NumentaScore.Of(Scored.Value, threshold));
        var best = scores.MaxBy(static score => score.Value);

        Assert.InRange(best.Key, 0.35, 0.65);
        Assert.InRange(scores[Recommended], best.Value - 2, best.Value);
        Assert.True(scores[Recommended] >= 50, $"{scores[Recommended]:F1}");
    }

    [Fact]
    public void Twenty_series_and_more_have_every_kind_of_shape_and_get_scores_from_0_to_1()
    {
        Assert.True(Scored.Value.Count(static one => one.Series.Windows.Count == 0) >= 10);
        Assert.True(Scored.Value.Count(static one => one.Series.Windows.Count > 0) >= 40);
        Assert.All(Scored.Value, static one => Assert.All(one.Scores, static score => Assert.InRange(score, 0, 1)));
    }

    /// <summary>The unit and the zero of a series do not matter, nor which way is up, nor in which week it begins.</summary>
    [Theory]
    [InlineData(4, 0, 0)]
    [InlineData(-1, 0, 0)]
    [InlineData(0.25, 1024, 0)]
    [InlineData(1, 0, 21)]
    public void Scores_do_not_depend_on_unit_zero_sign_or_week(double factor, double shift, int days)
    {
        foreach (var (series, scores) in Scored.Value.Take(6))
        {
            var other = Score(series with
            {
                Times = [.. series.Times.Select(time => time.AddDays(days))],
                Values = [.. series.Values.Select(value => factor * value + shift)],
            });
            for (var row = 0; row < scores.Length; row++)
                Assert.Equal(scores[row], other[row], tolerance: 1e-6);
        }
    }

    /// <summary>Whatever follows a row changes nothing of its score.</summary>
    [Fact]
    public void A_score_depends_on_earlier_rows_only()
    {
        var random = new Random(1);
        foreach (var (series, scores) in Scored.Value.Take(10))
        {
            var cut = random.Next(500, series.Values.Count);
            var other = series with { Values = [.. series.Values.Take(cut), .. Enumerable.Repeat(random.NextDouble() * 1e5, 50)] };
            Assert.Equal(scores[..cut], Score(other)[..cut]);
        }
    }

    private static double[] Score(GeneratedSeries series)
    {
        var scorer = new PlainSeriesScorer();
        return [.. series.Values.Select((value, i) => scorer.Score(series.Times[i], value))];
    }
}
