using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;

namespace StreamBert.Tests.Gateway.Dashboard.Display;

public sealed class DriftTextTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_labels_whose_shares_changed_most_come_first()
    {
        var report = Report(AlertKinds.LabelDrift) with
        {
            Comparison = Comparison("jensen-shannon", 0.2, 0.1) with
            {
                Reference = new Dictionary<string, double> { ["a"] = 0.5, ["b"] = 0.3, ["c_d"] = 0.2, ["e"] = 0 },
                Observed = new Dictionary<string, double> { ["a"] = 0.49, ["b"] = 0.1, ["c_d"] = 0.39, ["e"] = 0.02 },
            },
        };

        Assert.Equal("b −20 pts, c d +19 pts, e +2 pts", DriftText.Change(report));
        Assert.Equal("Label mix", DriftText.Quantity(report));
    }

    [Theory]
    [InlineData(AlertKinds.ConfidenceDrift, 0.8, 0.7, "80 % → 70 %")]
    [InlineData(AlertKinds.LengthDrift, 20.4, 31, "20.4 → 31.0 tokens")]
    [InlineData(AlertKinds.TokenDrift, 0.004, 0.04, "0.4 % → 4.0 %")]
    public void Means_are_shown_in_their_unit(string kind, double before, double after, string change) => Assert.Equal(
        change,
        DriftText.Change(Report(kind) with { Comparison = Comparison("rise", 0.1, 0.1), ReferenceMean = before, ObservedMean = after }));

    [Theory]
    [InlineData("jensen-shannon", 0.05, 0.1, 0.5)]
    [InlineData("auc", 0.5, 0.6, 0)]
    [InlineData("auc", 0.65, 0.6, 1.5)]
    [InlineData("auc", 0.45, 0.6, 0)]
    public void A_distance_is_compared_with_its_threshold_from_where_nothing_differs(
        string measure, double distance, double floor, double ratio) =>
        Assert.Equal(ratio, DriftText.Ratio(Comparison(measure, distance, floor)), 1e-9);

    [Fact]
    public void A_comparison_with_another_version_names_it()
    {
        var report = Report(AlertKinds.VersionChange) with
        {
            Against = "previous-version",
            Comparison = Comparison("kolmogorov-smirnov", 0.1, 0.1) with { PreviousVersion = "default-v1" },
        };

        Assert.Equal(("version default-v1", "Confidence"), (DriftText.Reference(report), DriftText.Name(report)));
    }

    [Fact]
    public void Insufficient_data_is_named_with_what_is_missing()
    {
        var report = Report(AlertKinds.LengthDrift) with { History = TimeSpan.FromHours(5) };

        Assert.Equal("Insufficient data", DriftText.State(report));
        Assert.EndsWith("5 h are kept.", DriftText.Missing(report), StringComparison.Ordinal);
        Assert.Contains("500 stories", DriftText.Missing(report with { Kind = AlertKinds.EmbeddingDrift }), StringComparison.Ordinal);
    }

    private static DriftReported Report(string kind) => new()
    {
        Fingerprint = $"{kind}:news:all:all",
        Kind = kind,
        Series = new("news", SeriesKey.AllHeads, SeriesKey.All),
        Against = "last-good-week",
        ReportedAt = Noon,
        Window = new(Noon.AddHours(-6), Noon),
        State = DriftReported.Insufficient,
    };

    private static DriftDetected Comparison(string measure, double distance, double floor) => new()
    {
        Measure = measure,
        Distance = distance,
        Floor = floor,
        PValue = 0.2,
        ReferenceCount = 1_000,
        WindowCount = 200,
    };
}
