using StreamBert.Contracts;
using StreamBert.Monitoring.Drift;

namespace StreamBert.Tests.Monitoring.Drift;

public sealed class VersionComparisonTests
{
    private const int Promotion = 200;

    private static readonly int Runs = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 200 : 4;

    [Fact]
    public void A_version_that_answers_differently_is_found()
    {
        var runs = Enumerable.Range(0, Runs).Select(static run => Run(run, negativeOfNewVersion: 0.31)).ToList();

        Assert.InRange(runs.Count(static run => run.Alarms(AlertKinds.VersionChange) > 0), 0.95 * Runs, Runs);
    }

    [Fact]
    public void A_version_that_answers_equally_raises_no_alert_and_keeps_the_reference()
    {
        var runs = Enumerable.Range(0, Runs).Select(static run => Run(run, negativeOfNewVersion: 0.2)).ToList();

        Assert.InRange(runs.Sum(static run => run.Alarms(AlertKinds.VersionChange)), 0, Math.Max(1, Runs / 20));
        Assert.All(runs, static run => Assert.Contains(run.State.Hours, static hour => hour.Version == "v1"));
    }

    [Fact]
    public void The_alert_names_both_versions_and_the_change_is_no_drift_besides()
    {
        var harness = Run(2, negativeOfNewVersion: 0.5);

        var raised = Assert.Single(harness.Raised);
        Assert.Equal(AlertKinds.VersionChange, raised.Alert.Kind);
        var details = Assert.IsType<DriftEvidence>(raised.Assessment.Evidence).Details;
        Assert.Equal(("v1", "v2", VersionComparison.PreviousVersion), (details.PreviousVersion, details.ModelVersion, details.Against));
        Assert.Equal(0.2, details.Reference["negative"], 0.06);
        Assert.Equal(0.5, details.Observed["negative"], 0.06);
    }

    [Fact]
    public void A_rollback_to_the_previous_version_is_not_compared()
    {
        var harness = new DriftHarness(2).Feed(Promotion + 60, static hour => hour is >= Promotion and < Promotion + 10
            ? new() { Version = "v2", Negative = 0.5 } : new());

        Assert.Equal(1, harness.Alarms(AlertKinds.VersionChange));
        Assert.Contains($"{Promotion + 11}:-version-change", harness.Changes);
    }

    private static DriftHarness Run(int seed, double negativeOfNewVersion) => new DriftHarness(300 + seed).Feed(
        Promotion + 30, hour => hour >= Promotion ? new() { Version = "v2", Negative = negativeOfNewVersion } : new());
}
