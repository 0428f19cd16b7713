using StreamBert.Cli.Evaluation.Calibration;

namespace StreamBert.Tests.Cli.Evaluation.Calibration;

public sealed class ReliabilityDiagramTests
{
    /// <summary>By hand: ten answers at 0.95 of which 8 are true, and ten at 0.55 of which 5 are.</summary>
    [Fact]
    public void The_expected_error_is_the_mean_distance_of_the_bins()
    {
        var diagram = ReliabilityDiagram.Of([.. Outcomes(0.95, 8, 10), .. Outcomes(0.55, 5, 10)]);

        Assert.Equal([(10, 0.5), (10, 0.8)], diagram.Bins.Select(static bin => (bin.Count, bin.Accuracy)));
        Assert.Equal((0.15 + 0.05) / 2, diagram.ExpectedError, 12);
        Assert.Equal(0.15, diagram.MaximumError, 12);
    }

    [Fact]
    public void A_confidence_of_1_belongs_to_the_last_bin() =>
        Assert.Equal((14 / 15.0, 1), ReliabilityDiagram.Of(Outcomes(1, 1, 1)).Bins.Select(static bin => (bin.From, bin.To)).Single());

    [Fact]
    public void Without_answers_there_is_no_error() => Assert.Equal(0, ReliabilityDiagram.Of([]).ExpectedError);

    /// <summary>By hand: 10 of 20 texts reach 0.8, of which 8 are true.</summary>
    [Fact]
    public void Coverage_counts_the_texts_that_reach_a_confidence()
    {
        var curve = CoveragePoint.Curve([.. Outcomes(0.95, 8, 10), .. Outcomes(0.55, 5, 10)]);
        var point = curve.Single(static point => point.Threshold == 0.8);

        Assert.Equal((10, 0.5, 0.8), (point.Count, point.Coverage, point.Accuracy));
        Assert.StartsWith(
            "above 0.8 confidence: 50 % of texts, accuracy 0.800 (95 %: ", CalibrationView.Describe(point), StringComparison.Ordinal);
        Assert.Null(curve[^1].Accuracy);
    }

    private static List<ConfidenceOutcome> Outcomes(double confidence, int correct, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ConfidenceOutcome(confidence, i < correct))];
}
