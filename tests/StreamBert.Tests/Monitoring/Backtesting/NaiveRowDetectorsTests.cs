using StreamBert.Monitoring.Backtesting;

namespace StreamBert.Tests.Monitoring.Backtesting;

/// <summary>Checks the detectors beside the score of a plain series against cases that are counted by hand.</summary>
public sealed class NaiveRowDetectorsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_static_threshold_fires_once_for_each_run_beyond_three_standard_deviations_of_the_learning_time()
    {
        var naive = new NaiveRowDetectors(Noon.AddHours(30));
        double[] judged = [1, 4, 5, 1, double.NaN, -4, -4, 1];
        foreach (var (hour, value) in Enumerable.Range(0, 30).Select(static hour => hour % 2 * 2.0).Concat(judged).Index())
            naive.Add(Noon.AddHours(hour), value); // mean 1, standard deviation 1.02

        Assert.Equal([Noon.AddHours(32), Noon.AddHours(35)], naive.Static.Select(static alert => alert.At)); // 4 is within 1 ± 3.05
        Assert.Equal(38, naive.Always.Count);
    }

    [Fact]
    public void Without_a_learning_time_the_first_day_is_learnt_and_at_least_20_rows()
    {
        var naive = new NaiveRowDetectors(null);
        for (var day = 0; day < 25; day++)
            naive.Add(Noon.AddDays(day), day switch { 19 => 1000, 22 => 700, _ => day % 2 });

        Assert.Empty(naive.Static); // the outlier of day 19 was learnt: 700 is within 50 ± 3 · 223

        var hourly = new NaiveRowDetectors(null);
        for (var hour = 0; hour < 30; hour++)
            hourly.Add(Noon.AddHours(hour), hour == 26 ? 1000 : hour % 2);
        Assert.Equal(Noon.AddHours(26), Assert.Single(hourly.Static).At);
    }

    [Fact]
    public void A_row_reports_a_labelled_window_that_begins_at_its_time_and_a_window_of_texts_does_not()
    {
        var label = new LabelledWindow(Noon, Noon.AddHours(1));

        Assert.True(label.IsReportedBy(new(Noon) { IsInstant = true }, TimeSpan.Zero));
        Assert.True(label.IsReportedBy(new(Noon.AddHours(1)) { IsInstant = true }, TimeSpan.Zero));
        Assert.False(label.IsReportedBy(new(Noon), TimeSpan.Zero));
        Assert.False(label.IsReportedBy(new(Noon.AddTicks(-1)) { IsInstant = true }, TimeSpan.Zero));
    }
}
