using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Privacy.Redaction;

namespace StreamBert.Tests.Monitoring.Alerts;

public sealed class AlertBookTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly AlertBook _book = new(new() { CooldownWindows = 2, AdoptAfter = TimeSpan.FromHours(1) }, [], 4);
    private int _window;
    private int _adopted;

    [Fact]
    public void It_fires_after_two_breaches_in_a_row_and_only_once() => Assert.Equal("...R..", Play("BCBBBB"));

    [Fact]
    public void One_unclear_window_begins_the_count_anew() => Assert.Equal("...", Play("BUB"));

    [Fact]
    public void It_is_resolved_after_two_calm_windows_in_a_row_and_an_unclear_one_begins_the_count_anew() =>
        Assert.Equal(".R...C", Play("BBCUCC"));

    [Fact]
    public void After_a_resolution_it_rests_before_it_fires_again() => Assert.Equal(".R.C..R", Play("BBCCBBB"));

    [Fact]
    public void Unclear_windows_never_end_an_alert() => Assert.Equal(".R" + new string('.', 50), Play("BB" + new string('U', 50)));

    [Fact]
    public void What_holds_for_long_becomes_the_new_normal()
    {
        Assert.EndsWith("C", Play("BB" + new string('B', 60)), StringComparison.Ordinal);
        Assert.Equal(1, _adopted);
    }

    [Fact]
    public void An_alert_of_which_nothing_is_heard_any_more_is_resolved()
    {
        Play("BB");
        var window = new TimeWindow(Start, Start.AddMinutes(1));

        for (var i = 0; i < 60; i++)
            Assert.Empty(_book.EndWindow(window));

        Assert.NotNull(Assert.Single(_book.EndWindow(window)).Resolved);
        Assert.False(_book.IsActive("rule"));
    }

    [Fact]
    public void Pending_and_firing_count_as_active_and_calm_does_not()
    {
        Play("B");
        Assert.True(_book.IsActive("rule"));
        Assert.True(_book.IsAnyActive(AlertKinds.NegativeSurge));
        Assert.False(_book.IsAnyActive(AlertKinds.Fairness));
        Play("C");
        Assert.False(_book.IsActive("rule"));
    }

    [Fact]
    public void Raised_and_resolved_have_the_same_id_and_a_second_alert_another()
    {
        List<MonitorOutput> outputs = [.. "BBCCUUUBBCC".Select(Step).OfType<MonitorOutput>()];

        Assert.Equal(4, outputs.Count);
        Assert.Equal(outputs[0].Raised!.Id, outputs[1].Resolved!.Id);
        Assert.Equal(outputs[2].Raised!.Id, outputs[3].Resolved!.Id);
        Assert.NotEqual(outputs[0].Raised!.Id, outputs[2].Raised!.Id);
        Assert.Equal(outputs[0].Raised!.Fingerprint, outputs[2].Raised!.Fingerprint);
    }

    [Fact]
    public void A_window_that_late_texts_make_a_breach_completes_a_run_and_fires()
    {
        Assert.Equal("..", Play("CB"));

        Assert.Equal('R', Revise(window: 0, 'B'));
        Assert.Equal(".", Play("B")); // it fires already
    }

    [Fact]
    public void A_surge_that_is_seen_only_when_its_texts_come_late_is_raised_also_after_calm_windows()
    {
        Play("CCCC");

        Assert.Equal('.', Revise(window: 1, 'B'));
        Assert.Equal('R', Revise(window: 2, 'B'));
        Assert.Equal(".C", Play("CC"));
    }

    [Fact]
    public void A_breach_that_late_texts_take_back_does_not_count()
    {
        Play("B");

        Revise(window: 0, 'C');

        Assert.False(_book.IsActive("rule"));
        Assert.Equal("..", Play("BC"));
    }

    [Fact]
    public void A_revision_of_a_window_that_was_a_breach_does_not_count_it_twice()
    {
        Play("B");

        Assert.Equal('.', Revise(window: 0, 'B'));
        Assert.Equal("R", Play("B"));
    }

    [Fact]
    public void Calm_windows_that_late_texts_make_breaches_do_not_end_an_alert()
    {
        Play("BBC");

        Revise(window: 2, 'B');

        Assert.Equal(".C", Play("CC"));
    }

    private char Revise(int window, char judgement) =>
        _book.Revise(Verdict(window, judgement), Start.AddMinutes(_window)) is { Raised: not null } ? 'R' : '.';

    /// <summary>B breach, C calm, U unclear → R raised, C cleared, '.' neither.</summary>
    private string Play(
        string judgements) => string.Concat(judgements.Select(judgement => Step(judgement) switch { { Raised: not null } => 'R', { Resolved: not null } => 'C', _ => '.' }));

    private MonitorOutput? Step(char judgement) => _book.Step(Verdict(_window++, judgement));

    private Verdict Verdict(int number, char judgement)
    {
        var series = new SeriesKey("p", "sentiment", "all");
        var window = new TimeWindow(Start.AddMinutes(number), Start.AddMinutes(number + 1));
        return new("rule", AlertKinds.NegativeSurge, series, window,
            judgement switch { 'B' => Judgement.Breach, 'C' => Judgement.Calm, _ => Judgement.Unclear }, new(2, 2),
            () => Alert(series, window), static () => new(0.2, 0.2, "over"), () => _adopted++);
    }

    private static AlertRaised Alert(SeriesKey series, TimeWindow window) => new()
    {
        Id = "",
        Fingerprint = "",
        Kind = AlertKinds.NegativeSurge,
        Series = series,
        Severity = "warning",
        Title = "t",
        Message = "m",
        Window = window,
        RaisedAt = window.End,
        Value = 1,
        Baseline = 0,
        Unit = "share",
        Count = 1,
        Evidence = 0,
        EvidenceKind = "none",
    };
}
