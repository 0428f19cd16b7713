using StreamBert.Contracts;

namespace StreamBert.Tests.Monitoring.Drift;

/// <summary>The comparisons are reported every hour, whether or not an alert fires.</summary>
public sealed class DriftReporterTests
{
    private static readonly string[] Quantities =
        [AlertKinds.LabelDrift, AlertKinds.ConfidenceDrift, AlertKinds.LengthDrift, AlertKinds.TokenDrift, AlertKinds.EmbeddingDrift];

    [Fact]
    public void In_the_first_hours_every_quantity_has_insufficient_data()
    {
        var harness = new DriftHarness(1).Feed(5, static _ => new());

        Assert.Equal(Quantities.Order(), harness.Reports.Select(static report => report.Kind).Order());
        Assert.All(harness.Reports, static report =>
        {
            Assert.Equal((DriftReported.Insufficient, TimeSpan.FromHours(5)), (report.State, report.History));
            Assert.Null(report.Comparison);
        });
    }

    [Fact]
    public void Without_drift_the_distances_their_thresholds_and_the_means_are_reported_as_normal()
    {
        var harness = new DriftHarness(1).Feed(60, static _ => new());

        var labels = Of(harness, AlertKinds.LabelDrift);
        Assert.Equal((DriftReported.Normal, "last-good-week"), (labels.State, labels.Against));
        Assert.InRange(labels.Comparison!.Distance, 0, labels.Comparison.Floor);
        Assert.Equal(1, labels.Comparison.Observed.Values.Sum(), 1e-4);
        Assert.Null(labels.ObservedMean);
        var confidence = Of(harness, AlertKinds.ConfidenceDrift);
        Assert.Equal(0.8, confidence.ReferenceMean!.Value, 0.02);
        Assert.Equal(0.8, confidence.ObservedMean!.Value, 0.02);
        Assert.Equal(DriftReported.Insufficient, Of(harness, AlertKinds.EmbeddingDrift).State);
    }

    [Fact]
    public void A_drift_is_reported_with_the_fingerprint_of_its_alert_while_it_fires()
    {
        var harness = new DriftHarness(1).Feed(72, static hour => new() { Negative = hour >= 66 ? 0.6 : 0.2 });

        var labels = Of(harness, AlertKinds.LabelDrift);
        Assert.Equal(DriftReported.Drifting, labels.State);
        Assert.Equal(Assert.Single(harness.Raised).Alert.Fingerprint, labels.Fingerprint);
        Assert.InRange(labels.Comparison!.Observed["negative"] - labels.Comparison.Reference["negative"], 0.2, 0.5);
    }

    private static DriftReported Of(DriftHarness harness, string kind) =>
        Assert.Single(harness.Reports, report => report.Kind == kind);
}
