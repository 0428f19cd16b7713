using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Surges;

/// <summary>The share of a label in the last window or windows against the expected share.</summary>
internal sealed record ShareEvidence : AlertEvidence
{
    public required SeriesKey Series { get; init; }
    public required string Label { get; init; }

    /// <summary>The number of texts with the label.</summary>
    public required long Selected { get; init; }
    public required long Total { get; init; }
    public required double Expected { get; init; }

    /// <summary>The beta-binomial tail probability of the observed count.</summary>
    public required double PValue { get; init; }

    public override double Value => Rate.Of(Selected, Total);
    public override double Baseline => Expected;
    public override long Count => Total;
    public override double Strength => PValue;
    public override Interval? Interval => WilsonInterval.Of(Selected, Total);
    public override ExampleCriteria Examples => new(Series.Head) { Label = Label, Segment = Series.Segment };
}
