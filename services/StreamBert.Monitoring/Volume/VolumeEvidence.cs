using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;

namespace StreamBert.Monitoring.Volume;

/// <summary>The number of texts in a window against the expected number.</summary>
internal sealed record VolumeEvidence : AlertEvidence
{
    public required SeriesKey Series { get; init; }
    public required long Texts { get; init; }
    public required double Expected { get; init; }

    /// <summary>The negative binomial tail probability of the observed count.</summary>
    public required double PValue { get; init; }

    public override double Value => Texts;
    public override double Baseline => Expected;
    public override long Count => Texts;
    public override double Strength => PValue;
    public override string Unit => "texts per window";
    public override ExampleCriteria Examples => new(Series.Head);
}
