using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Fairness;

public sealed class FairnessDetectorTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly FairnessRule Rule = new() { Attribute = "region" };
    private static readonly ActiveAlerts NoAlerts = new(new HashSet<string>(), new HashSet<string>());

    private readonly FairnessDetector _detector = new(SyntheticStream.Pipeline, Rule, new(), TimeSpan.FromDays(7), []);
    private readonly AlertStateMachine _alerts = new(new(), [], 4);
    private readonly HashSet<string> _groups = [];
    private readonly Random _random = new(31);
    private int _window;

    [Fact]
    public void A_group_treated_worse_is_raised_and_cleared_in_these_windows()
    {
        List<string> changes = [];
        for (var i = 0; i < 80; i++)
        {
            changes.AddRange(Feed(("north", 100, 0.2), ("south", 100, i is >= 30 and < 48 ? 0.45 : 0.2)).Select(change => $"{i}:{change}"));
        }

        Assert.Equal(["35:raised", "53:resolved"], changes);
    }

    [Fact]
    public void Groups_that_are_treated_alike_raise_no_alert_for_a_week()
    {
        for (var i = 0; i < 7 * 24 * 360; i++)
            Assert.Empty(Feed(("north", 4, 0.2), ("south", 4, 0.2), ("east", 4, 0.2)));
    }

    [Fact]
    public void A_tolerated_difference_raises_no_alert_however_long_it_lasts()
    {
        for (var i = 0; i < 5000; i++)
            Assert.Empty(Feed(("north", 60, 0.2), ("south", 60, 0.24)));
    }

    [Fact]
    public void With_too_few_texts_the_assessment_is_inconclusive_and_an_open_alert_stays_open()
    {
        for (var i = 0; i < 12; i++)
            Feed(("north", 100, 0.2), ("south", 100, 0.6));
        Assert.True(_alerts.Active().ContainsAny(AlertKinds.Fairness));

        for (var i = 0; i < 100; i++)
        {
            Assert.Empty(Feed(("north", 100, 0.2), ("south", 0, 0)));
            if (i > 60)
                Assert.Equal(Condition.Inconclusive, Assess(("north", 100, 0.2)).Condition);
        }

        Assert.True(_alerts.Active().ContainsAny(AlertKinds.Fairness));
    }

    [Fact]
    public void A_group_with_too_few_texts_is_shown_as_insufficient_and_does_not_count()
    {
        for (var i = 0; i < 11; i++)
            Assess(("north", 100, 0.2), ("south", 100, 0.6), ("tiny", 1, 1));
        var assessment = Assess(("north", 100, 0.2), ("south", 100, 0.6), ("tiny", 1, 1));

        var alert = new AlertBuilder(new()).Build(new Transition.Raised(new("id", "", "", assessment.Rule.Series), assessment), []);

        Assert.False(Assert.Single(alert.Fairness!.Groups, static group => group.Group == "tiny").Sufficient);
        Assert.InRange(alert.Fairness.Difference, 0.3, 0.5);
        Assert.Contains("Too few texts to compare “tiny”", alert.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_groups_are_compared_over_more_windows()
    {
        List<string> changes = [];
        for (var i = 0; i < 60; i++)
            changes.AddRange(Feed(("north", 8, 0.2), ("south", 8, 0.6)));

        Assert.Equal(["raised"], changes);
    }

    private string[] Feed(params (string Group, int Texts, double Rate)[] groups)
    {
        if (_alerts.Apply(Assess(groups)) is not { } transition)
            return [];
        _detector.OnTransition(transition);
        return [transition is Transition.Raised ? "raised" : "resolved"];
    }

    /// <summary>Assesses one window of texts of several groups.</summary>
    private Assessment Assess(params (string Group, int Texts, double Rate)[] groups)
    {
        var window = new WindowCounts { Start = Start + _window++ * TimeSpan.FromSeconds(10) };
        var counts = window.Groups[Rule.Id()] = [];
        var texts = groups.SelectMany(static group => Enumerable.Repeat(group, group.Texts)).ToArray();
        _random.Shuffle(texts);
        foreach (var (group, _, rate) in texts)
        {
            var isSelected = _random.NextDouble() < rate;
            counts.TryAdd(group, new());
            counts[group].Add(isSelected, confidence: 0.8);
        }
        _groups.UnionWith(counts.Keys);
        var tracked = new TrackedNames(new HashSet<string>(), new Dictionary<string, IReadOnlySet<string>> { [Rule.Id()] = _groups }, []);
        return Assert.Single(_detector.Assess(new(window, new(window.Start, window.Start.AddSeconds(10)), tracked), NoAlerts));
    }
}
