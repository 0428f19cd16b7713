using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Tests.Monitoring.Baselines;

public sealed class SeasonalBaselineTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private static readonly WeekCalendar Calendar = new(new MonitorRules());

    private readonly BaselinePool _pool = new();
    private readonly SeasonalBaseline _baseline = new();
    private readonly SeasonalModel _model;
    private readonly BaselineLearning _learning;
    private readonly Random _random = new(7);
    private long _window;

    public SeasonalBaselineTests()
    {
        _model = new(BaselineMeasure.Share, Window, _pool);
        _learning = new(_model, Window, minimumExposure: 1000);
    }

    private DateTimeOffset Now => Monday + _window * Window;

    [Fact]
    public void A_mix_that_follows_the_hour_is_predicted_after_one_day()
    {
        Learn(days: 1, DayAndNight);

        AssertPredicts(0.4, hour: 3, tolerance: 0.06);
        AssertPredicts(0.2, hour: 15, tolerance: 0.06);
    }

    [Fact]
    public void After_two_weeks_the_prediction_is_close_and_certain()
    {
        Learn(days: 15, DayAndNight);

        var night = AssertPredicts(0.4, hour: 3, tolerance: 0.03);
        AssertPredicts(0.2, hour: 15, tolerance: 0.03);
        Assert.InRange(Math.Sqrt(night.Variance), 0.001, 0.02);
    }

    [Fact]
    public void A_weekend_with_another_mix_is_predicted_in_the_second_week()
    {
        Learn(days: 7 + 5, static time => time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0.5 : 0.2);

        AssertPredicts(0.5, hour: 12, tolerance: 0.06); // Saturday
    }

    [Fact]
    public void The_first_day_is_less_certain_than_the_first_week_and_that_less_than_the_second()
    {
        List<double> deviations = [];
        for (var week = 0; week < 3; week++)
        {
            Learn(days: week == 0 ? 0.5 : week == 1 ? 2.5 : 9, static _ => 0.2);
            deviations.Add(Math.Sqrt(_model.Predict(_baseline, Calendar.SlotOf(Now))!.Value.Variance));
        }

        Assert.True(deviations[0] > 1.5 * deviations[1] && deviations[1] > 1.5 * deviations[2], string.Join(" > ", deviations));
    }

    [Fact]
    public void A_failure_under_alarm_is_not_adopted_within_three_days_and_the_baseline_does_not_freeze()
    {
        Learn(days: 14, static _ => 0.2);
        Learn(days: 3, static _ => 0.7, isAlarmed: true);
        var afterThreeDays = _model.Predict(_baseline, Calendar.SlotOf(Now))!.Value.Mean;
        Learn(days: 50, static _ => 0.7, isAlarmed: true);

        Assert.InRange(afterThreeDays, 0.19, 0.3);
        Assert.InRange(_model.Predict(_baseline, Calendar.SlotOf(Now))!.Value.Mean, 0.3, 0.7);
    }

    [Fact]
    public void Good_weeks_do_not_follow_a_rise_of_the_last_days()
    {
        Learn(days: 14, static _ => 0.2);
        Learn(days: 2, static _ => 0.5);

        Assert.InRange(_model.PredictFromGoodWeeks(_baseline, Calendar.SlotOf(Now))!.Value.Mean, 0.19, 0.21);
        Assert.True(_model.Predict(_baseline, Calendar.SlotOf(Now))!.Value.Mean > 0.21);
    }

    [Fact]
    public void A_week_with_hours_of_alarm_hardly_changes_the_good_weeks()
    {
        Learn(days: 7, static _ => 0.2);
        Learn(days: 6.5, static _ => 0.4);
        Learn(days: 0.5, static _ => 0.4, isAlarmed: true);
        Learn(days: 1, static _ => 0.2);

        Assert.InRange(_model.PredictFromGoodWeeks(_baseline, Calendar.SlotOf(Now))!.Value.Mean, 0.19, 0.25);
    }

    [Fact]
    public void A_segment_without_history_is_expected_to_resemble_its_pipeline()
    {
        var young = _model.Predict(_baseline, Calendar.SlotOf(Now), new(0.3, 0.0001))!.Value;
        Learn(days: 0.25, static _ => 0.8);
        var older = _model.Predict(_baseline, Calendar.SlotOf(Now), new(0.3, 0.0001))!.Value;

        Assert.Equal(0.3, young.Mean, 6);
        Assert.InRange(older.Mean, 0.5, 0.8);
        Assert.True(older.Variance < young.Variance);
    }

    [Fact]
    public void A_saved_baseline_continues_to_equal_predictions()
    {
        Learn(days: 8.3, DayAndNight);
        var restored = JsonSerializer.Deserialize<SeasonalBaseline>(JsonSerializer.Serialize(_baseline))!;

        Assert.Equal(_model.Predict(_baseline, Calendar.SlotOf(Now)), _model.Predict(restored, Calendar.SlotOf(Now)));
        Assert.Equal(
            _model.PredictFromGoodWeeks(_baseline, Calendar.SlotOf(Now)), _model.PredictFromGoodWeeks(restored, Calendar.SlotOf(Now)));
    }

    private static double DayAndNight(DateTimeOffset time) => time.Hour is >= 8 and < 20 ? 0.2 : 0.4;

    private BaselineEstimate AssertPredicts(double expected, int hour, double tolerance)
    {
        var prediction = _model.Predict(_baseline, Calendar.SlotOf(Now.Date.AddHours(hour)))!.Value;
        Assert.InRange(prediction.Mean, expected - tolerance, expected + tolerance);
        return prediction;
    }

    private void Learn(double days, Func<DateTimeOffset, double> share, bool isAlarmed = false)
    {
        for (var end = _window + (long)(days * 24 * 12); _window < end; _window++)
        {
            double amount = 0;
            for (var text = 0; text < 25; text++)
                amount += _random.NextDouble() < share(Now) ? 1 : 0;
            _pool.Hours += Window.TotalHours;
            _learning.Add(_baseline, _window, Calendar.SlotOf(Now), 25, amount, isAlarmed);
        }
    }
}
