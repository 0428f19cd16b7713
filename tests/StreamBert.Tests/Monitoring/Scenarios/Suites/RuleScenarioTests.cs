using StreamBert.Contracts;
using StreamBert.Monitoring.Backtesting;
using StreamBert.Monitoring.Scenarios;

namespace StreamBert.Tests.Monitoring.Scenarios.Suites;

/// <summary>Plays short forms of the scenarios whose labels are watched by a rule; the oracle is the plan of the incident.</summary>
public class RuleScenarioTests
{
    [Fact]
    public void A_rare_label_that_becomes_frequent_is_found_and_its_end_reports_nothing()
    {
        var (alert, after) = PlayIncident("rare-class", learn: 30);
        Assert.InRange(after, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30));
        Assert.Equal(("topic", "Bankruptcy", "share"), (alert.Series.Head, alert.Label, alert.Unit));
    }

    [Fact]
    public void More_anomalies_in_log_lines_are_found_and_the_alert_speaks_of_texts()
    {
        var (alert, after) = PlayIncident("log-count", learn: 24);
        Assert.InRange(after, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
        Assert.Equal(("severity", "anomaly", "texts per window"), (alert.Series.Head, alert.Label, alert.Unit));
        Assert.EndsWith("tail of pooled texts", alert.EvidenceKind, StringComparison.Ordinal);
        Assert.DoesNotContain("stories", alert.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_text_in_a_window_that_usually_has_none_raises_no_alert()
    {
        var lines = ScenarioCatalog.Find("log-lines")! with { Model = static _ => CleanScenarios.LogLines(static _ => 0.01) };
        Assert.Empty(Play(new(Short(lines, learn: 24), seed: 1)));
    }

    /// <summary>Returns the only alert, and the time from the start of the incident to it.</summary>
    private static (AlertRaised Alert, TimeSpan After) PlayIncident(string scenario, double learn)
    {
        var run = new ScenarioRun(Short(ScenarioCatalog.Find(scenario)!, learn), seed: 1);
        var alert = Assert.Single(Play(run));
        return (alert, alert.RaisedAt - run.Period.Incident!.Start);
    }

    private static IReadOnlyList<AlertRaised> Play(ScenarioRun run)
    {
        var settings = new BacktestSettings { To = run.Period.Whole.End };
        return Backtest.Run(run.Definition.Pipeline, new(), run.Predictions(), settings).Raised;
    }

    private static ScenarioDefinition Short(ScenarioDefinition scenario, double learn) =>
        scenario with { Learn = TimeSpan.FromHours(learn), Judged = TimeSpan.FromHours(4) };
}
