using StreamBert.Contracts;
using StreamBert.Monitoring.Backtesting;

namespace StreamBert.Tests.Monitoring.Backtesting;

/// <summary>Checks scores against cases that are counted by hand.</summary>
public sealed class DetectionScoreTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeWindow Day = new(Noon.AddHours(-12), Noon.AddHours(12));
    private static readonly SeriesKey Energy = new("news", "sentiment", "topic=Energy");

    [Theory]
    [InlineData(null, true)]
    [InlineData("load", true)]
    [InlineData("errors|load", true)]
    [InlineData("load2|errors", false)]
    public void A_labelled_window_is_about_each_of_its_alternatives(string? series, bool isAbout) => Assert.Equal(
        isAbout, new LabelledWindow(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch) { Series = series }.IsAbout("load.csv", "load"));

    [Fact]
    public void Precision_recall_delay_and_false_alarms_of_a_day_are_those_counted_by_hand()
    {
        List<LabelledWindow> windows = [Window(0, 30), Window(60, 90), Window(120, 150)];
        List<ScoredAlert> alerts = [At(5), At(9), At(70), At(200), At(300)];

        var score = DetectionScore.Of("ours", alerts, windows, Day, Minute);

        Assert.Equal((5, 3, 3, 2), (score.Alerts, score.TrueAlerts, score.Labelled, score.Detected));
        Assert.Equal(0.6, score.Precision);
        Assert.Equal(2 / 3.0, score.Recall);
        Assert.Equal(2, score.FalseAlarmsPerDay);
        Assert.Equal(TimeSpan.FromMinutes(7.5), score.MedianDelay); // of 5 and 10 minutes
    }

    [Theory]
    [InlineData(0, false)] // at the beginning: its window ended before
    [InlineData(1, true)]
    [InlineData(31, true)] // the window of the last labelled texts closes one minute later
    [InlineData(32, false)]
    public void An_alert_matches_within_the_labelled_time_and_one_window_later(int minute, bool matches) =>
        Assert.Equal(matches, Window(0, 30).IsReportedBy(At(minute), Minute));

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("label-surge", null, true)]
    [InlineData("volume-surge", null, false)]
    [InlineData("volume-surge|label-surge", "topic=Energy", true)]
    [InlineData(null, "sentiment", true)]
    [InlineData(null, "sentiment/topic=Energy", true)]
    [InlineData(null, "news/sentiment/topic=Energy", true)]
    [InlineData(null, "topic=Macro", false)]
    [InlineData(null, "topic=Macro|topic=Energy", true)]
    public void Kind_and_series_of_a_labelled_window_restrict_its_alerts(string? kind, string? series, bool matches) =>
        Assert.Equal(matches, (Window(0, 30) with { Kind = kind, Series = series }).IsReportedBy(At(5), Minute));

    [Fact]
    public void Only_the_scored_time_counts()
    {
        var score = DetectionScore.Of(
            "ours", [At(-60), At(5)], [Window(-60, -30), Window(0, 30)], new(Noon, Noon.AddHours(1)), Minute);

        Assert.Equal((1, 1, 1, 1), (score.Alerts, score.TrueAlerts, score.Labelled, score.Detected));
    }

    [Fact]
    public void Without_alerts_and_labels_there_is_no_precision_and_no_recall()
    {
        var score = DetectionScore.Of("never", [], [], Day, Minute);

        Assert.Equal((null, null, null, 0), (score.Precision, score.Recall, score.MedianDelay, score.FalseAlarmsPerDay));
    }

    [Fact]
    public void A_static_threshold_fires_once_for_each_run_beyond_three_standard_deviations_of_the_learning_time()
    {
        var naive = new NaiveDetectors(DefaultPipelines.FinancialNews, Noon);
        for (var minute = -100; minute < 0; minute++)
            naive.Add(Trend(minute, 10 + minute % 2)); // 9 and 10: mean 9.5, deviation 0.5025
        foreach (var (minute, count) in new[] { (0, 11), (1, 12), (2, 30), (3, 10), (4, 7), (5, 0), (6, 10) })
            naive.Add(Trend(minute, count));

        Assert.Equal(
            [(2, AlertKinds.VolumeSurge), (5, AlertKinds.VolumeSilence)],
            naive.Static.Select(static alert => ((int)(alert.At - Noon).TotalMinutes, alert.Kind!)));
        Assert.Equal(107, naive.Always.Count);
    }

    private static TrendUpdated Trend(int minute, long count) => new()
    {
        Series = new("financial-news", "sentiment", SeriesKey.All),
        Window = new(Noon.AddMinutes(minute), Noon.AddMinutes(minute + 1)),
        Count = count,
        Labels = new Dictionary<string, long>(),
        MeanConfidence = 0.9,
    };

    private static LabelledWindow Window(int from, int to) => new(Noon.AddMinutes(from), Noon.AddMinutes(to));

    private static ScoredAlert At(int minute) => new(Noon.AddMinutes(minute), AlertKinds.LabelSurge, Energy);
}
