using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Labels;

namespace StreamBert.Tests.Monitoring.Alerts;

public sealed class AlertStateMachineTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly SeriesKey Series = new("p", "sentiment", "all");
    private static readonly AlertPolicy Policy = new(RaiseAfter: 2, ClearAfter: 2);
    private static readonly AlertRule Rule = new(AlertKinds.LabelSurge, Series, Policy) { IsAdoptable = true };

    private readonly AlertStateMachine _alerts = new(new() { CooldownWindows = 2, AdoptAfter = TimeSpan.FromHours(1) }, [], 4);
    private int _window;

    [Fact]
    public void An_alert_fires_once_after_two_consecutive_breaches() => Assert.Equal("...R..", Play("BCBBBB"));

    [Fact]
    public void An_inconclusive_window_restarts_the_count_of_breaches() => Assert.Equal("...", Play("BUB"));

    [Fact]
    public void An_alert_is_resolved_after_two_consecutive_normal_windows_and_an_inconclusive_one_restarts_the_count() =>
        Assert.Equal(".R...C", Play("BBCUCC"));

    [Fact]
    public void A_resolved_alert_is_suppressed_before_it_fires_again() => Assert.Equal(".R.C..R", Play("BBCCBBB"));

    [Fact]
    public void Inconclusive_windows_never_resolve_an_alert() =>
        Assert.Equal(".R" + new string('.', 50), Play("BB" + new string('U', 50)));

    [Fact]
    public void A_breach_that_lasts_is_adopted_as_the_new_baseline()
    {
        var transitions = ("BB" + new string('B', 60)).Select(Apply).OfType<Transition>().ToList();

        Assert.IsType<Transition.Adopted>(transitions[^1]);
        Assert.Single(transitions.OfType<Transition.Adopted>());
    }

    [Fact]
    public void An_alert_that_is_not_assessed_any_more_is_resolved()
    {
        Play("BB");
        var window = new TimeWindow(Start, Start.AddMinutes(1));

        for (var i = 0; i < 60; i++)
            Assert.Empty(_alerts.ExpireUnassessed(window));

        Assert.IsType<Transition.Expired>(Assert.Single(_alerts.ExpireUnassessed(window)));
        Assert.False(IsActive);
    }

    [Fact]
    public void Pending_and_firing_alerts_are_active_and_inactive_ones_are_not()
    {
        Play("B");
        Assert.True(IsActive);
        Assert.True(_alerts.Active().ContainsAny(AlertKinds.LabelSurge));
        Assert.False(_alerts.Active().ContainsAny(AlertKinds.Fairness));
        Play("C");
        Assert.False(IsActive);
    }

    [Fact]
    public void Raised_and_resolved_have_the_same_id_and_a_second_alert_has_another()
    {
        List<Transition> transitions = [.. "BBCCUUUBBCC".Select(Apply).OfType<Transition>()];

        Assert.Equal(4, transitions.Count);
        Assert.Equal(transitions[0].Alert.Id, transitions[1].Alert.Id);
        Assert.Equal(transitions[2].Alert.Id, transitions[3].Alert.Id);
        Assert.NotEqual(transitions[0].Alert.Id, transitions[2].Alert.Id);
        Assert.Equal(transitions[0].Alert.Fingerprint, transitions[2].Alert.Fingerprint);
    }

    [Fact]
    public void A_window_that_late_texts_turn_into_a_breach_completes_a_run_and_fires()
    {
        Assert.Equal("..", Play("CB"));

        Assert.Equal('R', Revise(window: 0, 'B'));
        Assert.Equal(".", Play("B")); // it fires already
    }

    [Fact]
    public void A_surge_of_late_texts_is_raised_even_after_normal_windows()
    {
        Play("CCCC");

        Assert.Equal('.', Revise(window: 1, 'B'));
        Assert.Equal('R', Revise(window: 2, 'B'));
        Assert.Equal(".C", Play("CC"));
    }

    [Fact]
    public void A_breach_that_late_texts_withdraw_does_not_count()
    {
        Play("B");

        Revise(window: 0, 'C');

        Assert.False(IsActive);
        Assert.Equal("..", Play("BC"));
    }

    [Fact]
    public void A_revision_of_a_breached_window_does_not_count_it_twice()
    {
        Play("B");

        Assert.Equal('.', Revise(window: 0, 'B'));
        Assert.Equal("R", Play("B"));
    }

    [Fact]
    public void Normal_windows_that_late_texts_turn_into_breaches_do_not_resolve_an_alert()
    {
        Play("BBC");

        Revise(window: 2, 'B');

        Assert.Equal(".C", Play("CC"));
    }

    [Fact]
    public void A_firing_alert_is_updated_when_its_duration_doubles_and_when_it_becomes_critical()
    {
        var updates = "BBBBBBBBBBBBUBBBBBBBBBBBBB".Select(Update).ToList();

        int[] expected = [6, 11, 21]; // 5, 10 and 20 windows after it fired in window 1
        Assert.Equal(expected, Enumerable.Range(0, updates.Count).Where(window => updates[window]));
        Assert.True(Update('!'));
        Assert.False(Update('!'));
        Assert.False(Update('U'));

        bool Update(char condition) => Apply(condition) is null && _alerts.Update(Assess(_window - 1, condition)) is not null;
    }

    private bool IsActive => _alerts.Active().Contains(Rule);

    private char Revise(int window, char condition) => Letter(_alerts.ApplyRevision(Assess(window, condition), Start.AddMinutes(_window)));

    /// <summary>Applies conditions (B breach, C normal, U inconclusive); returns R for raised, C for resolved, '.' for neither.</summary>
    private string Play(string conditions) => string.Concat(conditions.Select(condition => Letter(Apply(condition))));

    private Transition? Apply(char condition) => _alerts.Apply(Assess(_window++, condition));

    private static char Letter(Transition? transition) => transition switch { null => '.', Transition.Raised => 'R', _ => 'C' };

    private static Assessment Assess(int number, char condition)
    {
        var window = new TimeWindow(Start.AddMinutes(number), Start.AddMinutes(number + 1));
        var evidence = new LabelEvidence
        {
            Window = window,
            Series = Series,
            Rule = new(),
            Statistic = LabelStatistic.Span,
            IsAbove = true,
            Selected = 1,
            Texts = 1,
            SelectedClusters = 1,
            Clusters = 1,
            Inflation = 1,
            Windows = 1,
            Expected = 0.2,
            PValue = 0,
            IsCritical = condition == '!',
        };
        var value = condition switch { 'B' or '!' => Condition.Breach, 'C' => Condition.Normal, _ => Condition.Inconclusive };
        return new(Rule, window, value, evidence);
    }
}
