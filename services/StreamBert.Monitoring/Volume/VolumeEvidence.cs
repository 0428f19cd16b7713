using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;

namespace StreamBert.Monitoring.Volume;

/// <summary>The number of texts over a span of windows against the expected number.</summary>
internal sealed record VolumeEvidence : AlertEvidence
{
    /// <summary>The number of standard deviations of a two-sided 95 % interval.</summary>
    private const double Z = 1.96;

    public required SeriesKey Series { get; init; }

    /// <summary>The number of windows of the span.</summary>
    public required long Windows { get; init; }

    /// <summary>The texts of the span, and the clusters (stories and subjects) among them, which are judged.</summary>
    public required double Texts { get; init; }
    public required double Clusters { get; init; }

    /// <summary>The expected number of texts of the span.</summary>
    public required double Expected { get; init; }

    /// <summary>The variance of the texts of the span as a multiple of their number: copies, and a rate that varies.</summary>
    public double Inflation { get; init; } = 1;

    /// <summary>The negative binomial tail probability of the observed number of clusters.</summary>
    public required double PValue { get; init; }

    /// <summary>What was expected of the window alone.</summary>
    public Expectation? Usual { get; init; }

    public override double Value => Texts / Windows;
    public override double Baseline => Expected / Windows;
    public override long Count => (long)Math.Round(Texts);
    public override double Strength => PValue;
    public override string Unit => "texts per window";
    public override Expectation? Expectation => Usual;
    public override ExampleCriteria Examples => new(Series.Head) { Segment = Series.Segment };

    /// <summary>The interval of the rate behind the texts: a score interval of a Poisson count with the inflated variance.</summary>
    public override Interval? Interval
    {
        get
        {
            var (centre, half) = (Texts + Z * Z * Inflation / 2, Z * Math.Sqrt(Inflation * Texts + Z * Z * Inflation * Inflation / 4));
            return new(Math.Max(0, centre - half) / Windows, (centre + half) / Windows);
        }
    }
}
