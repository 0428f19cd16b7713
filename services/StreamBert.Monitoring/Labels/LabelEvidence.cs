using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Labels;

/// <summary>The statistics by which a label rule decides.</summary>
internal enum LabelStatistic
{
    /// <summary>The tail probability of the most unlikely span.</summary>
    Span,

    /// <summary>The CUSUM against the last good weeks.</summary>
    SlowChange,

    /// <summary>The fixed limit of the rule.</summary>
    Threshold,
}

/// <summary>The share or the count of a label over a span, against what was expected.</summary>
internal sealed record LabelEvidence : AlertEvidence
{
    public required SeriesKey Series { get; init; }
    public required LabelRule Rule { get; init; }
    public required LabelStatistic Statistic { get; init; }

    /// <summary>Whether the label is more frequent than expected.</summary>
    public required bool IsAbove { get; init; }

    /// <summary>The number of texts with the label, and of all texts.</summary>
    public required long Selected { get; init; }
    public required long Texts { get; init; }

    /// <summary>The number of stories and subjects with the label (a story with several labels counts in part), and of all.</summary>
    public required double SelectedClusters { get; init; }
    public required double Clusters { get; init; }

    /// <summary>The ratio of the variance of the amount to that of independent clusters.</summary>
    public required double Inflation { get; init; }

    /// <summary>The number of windows of the span.</summary>
    public required long Windows { get; init; }

    /// <summary>The number of windows in which a count is stated: those of the hopping window of the rule, else one.</summary>
    public int HoppingWindows { get; init; } = 1;

    /// <summary>The expected share, or the expected count in <see cref="HoppingWindows"/>.</summary>
    public required double Expected { get; init; }

    /// <summary>The probability of so large a deviation of one span without a change; 0 for a fixed limit.</summary>
    public required double PValue { get; init; }

    /// <summary>What was expected of the window that was assessed.</summary>
    public Expectation? ExpectedNow { get; init; }

    /// <summary>The number of independent clusters that carry as much evidence.</summary>
    public double EffectiveClusters => Clusters / Math.Max(1, Inflation);

    public bool IsShare => Rule.Measure == LabelMeasure.Share;

    public override double Value => IsShare ? Clusters > 0 ? SelectedClusters / Clusters : 0 : SelectedClusters / StatedTimes;
    public override double Baseline => Expected;
    public override long Count => Texts;
    public override double Strength => PValue;
    public override string Unit => IsShare ? "share" : Rule.Window is { } hopping
        ? string.Create(CultureInfo.InvariantCulture, $"{Counted} in {hopping.TotalMinutes:0.##} min") : $"{Counted} per window";
    public override string? Label => Rule.Label;
    public override Expectation? Expectation => ExpectedNow;

    public override Interval? Interval => IsShare
        ? WilsonInterval.Of((long)Math.Round(Value * EffectiveClusters), (long)Math.Round(EffectiveClusters))
        : CountInterval.Of(SelectedClusters, Inflation, StatedTimes);

    private string Counted => GroupsStories ? "stories" : "texts";

    /// <summary>How many times the span is as long as the time in which a count is stated.</summary>
    private double StatedTimes => Math.Max(1, Windows) / (double)HoppingWindows;

    public override ExampleCriteria Examples => new(Series.Head) { Label = IsAbove ? Rule.Label : null, Segment = Series.Segment };
}
