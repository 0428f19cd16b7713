using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;

namespace StreamBert.Monitoring.Accuracy;

/// <summary>The estimated accuracy of the last hour, and what the reference led to expect.</summary>
internal sealed record AccuracyEvidence : AlertEvidence
{
    public required AccuracyEstimate Estimate { get; init; }
    public required double Expected { get; init; }

    /// <summary>The CUSUM of the decline in standard deviations, and the value from which on the alert fires.</summary>
    public required double Decline { get; init; }
    public required double Threshold { get; init; }

    /// <summary>The mean decline over the hours since it began, and their number.</summary>
    public required double MeanDecline { get; init; }
    public required int Hours { get; init; }

    public override double Value => Estimate.Accuracy ?? 0;
    public override double Baseline => Expected;
    public override long Count => Estimate.Texts;
    public override double Strength => 0;
    public override Interval? Interval => Estimate.Interval;
    public override ExampleCriteria? Examples => null;
}

/// <summary>The error rate of feedback before and after a change.</summary>
internal sealed record ErrorRateEvidence : AlertEvidence
{
    /// <summary>The error rate before the change; that of the whole window without one.</summary>
    public required double Before { get; init; }
    public required double Now { get; init; }
    public required long Labels { get; init; }

    /// <summary>Whether the feedback is that of the random sample.</summary>
    public required bool IsSample { get; init; }

    public override double Value => Now;
    public override double Baseline => Before;
    public override long Count => Labels;
    public override double Strength => 0;
    public override Interval? Interval => WilsonInterval.Of(Now, (double)Labels);
    public override ExampleCriteria? Examples => null;
}
