using StreamBert.Contracts;
using StreamBert.Monitoring.Accuracy;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Feedback;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Accuracy;

public sealed class ErrorRateDetectorTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, ErrorRates> _errors = [];
    private readonly AlertStateMachine _alerts = new(new(), [], 4);
    private readonly Random _random = new(11);
    private int _windows;

    [Fact]
    public void A_rising_error_rate_is_raised_at_this_label_and_resolved_when_it_has_fallen()
    {
        List<string> changes = [];
        for (var label = 0; label < 1500; label++)
            changes.AddRange(Feed(label is >= 500 and < 1000 ? 0.4 : 0.1).Select(change => $"{label}{change}"));

        Assert.Equal(2, changes.Count);
        Assert.Equal("575+sample", changes[0]);
        Assert.StartsWith("1", changes[1], StringComparison.Ordinal);
        Assert.EndsWith("-sample", changes[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_falling_error_rate_and_a_steady_one_are_no_alert()
    {
        for (var label = 0; label < 1000; label++)
            Assert.Empty(Feed(label < 500 ? 0.4 : 0.1));
        for (var label = 0; label < 20_000; label++)
            Assert.Empty(Feed(0.1));
    }

    [Fact]
    public void Other_feedback_is_watched_apart_from_the_sample()
    {
        List<string> changes = [];
        for (var label = 0; label < 800; label++)
        {
            changes.AddRange(Feed(0.1));
            changes.AddRange(Feed(label < 400 ? 0.5 : 0.9, isInSample: false));
        }

        Assert.Equal(["+feedback"], changes);
    }

    [Fact]
    public void A_label_that_replaces_another_adds_nothing()
    {
        for (var label = 0; label < 500; label++)
            Feed(0.1);
        var before = _errors["sentiment"].Sample.Window.Count;

        for (var label = 0; label < 500; label++)
            Assert.Empty(Feed(0.9, former: new(0, new("sentiment", "neutral", "neutral", 0.8), Start)));

        Assert.Equal(before, _errors["sentiment"].Sample.Window.Count);
    }

    private List<string> Feed(double errorRate, bool isInSample = true, CountedLabel? former = null)
    {
        var detector = new ErrorRateDetector(SyntheticStream.Pipeline, _errors);
        var counts = new WindowCounts { Start = Start.AddMinutes(_windows++) };
        var isError = _random.NextDouble() < errorRate;
        var closed = new WindowClosed(
            counts, new(counts.Start, counts.Start.AddMinutes(1)),
            new(new HashSet<string>(), new Dictionary<string, IReadOnlySet<string>>(), []))
        {
            Labels = [new(0, new("sentiment", isError ? "negative" : "neutral", "neutral", 0.8) { IsInSample = isInSample }, former)],
        };
        List<string> changes = [];
        foreach (var assessment in detector.Assess(closed, _alerts.Active()))
        {
            if (_alerts.Apply(assessment) is not { } transition)
                continue;
            detector.OnTransition(transition);
            changes.Add($"{(transition is Transition.Raised ? "+" : "-")}{assessment.Rule.Detail}");
        }
        return changes;
    }
}
