using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;

namespace StreamBert.Monitoring.Drift;

/// <summary>The distance of the last hours from their reference.</summary>
internal sealed record DriftEvidence : AlertEvidence
{
    /// <summary>An alert is critical if the distance is so many times the floor.</summary>
    public const double CriticalFactor = 2;

    public required DriftResult Result { get; init; }

    /// <summary>The comparison, as the alert carries it.</summary>
    public DriftDetected Details => Result.Details;

    public override double Value => Details.Distance;
    public override double Baseline => Details.Measure == "auc" ? Result.ReferenceMean : 0;
    public override long Count => Details.WindowCount;
    public override double Strength => Details.PValue;
    public override string Unit => "distance";
    public override IReadOnlyList<string> Terms => Result.Terms;

    public override IReadOnlyList<AlertExample> OwnExamples => [.. Result.Texts
        .Select(static text => new AlertExample(text.Id, text.Text, text.Label, text.Confidence))];

    public override ExampleCriteria? Examples => Result switch
    {
        { Head: DriftMeasure.AllHeads } => null,
        _ when GrownLabel is { } label => new(Result.Head) { Label = label },
        _ when Result.ObservedMean < Result.ReferenceMean => new(Result.Head) { ConfidenceBelow = Result.ReferenceMean },
        _ => new(Result.Head) { MinimumConfidence = Result.ReferenceMean },
    };

    /// <summary>The label whose share has grown most; null if no labels are compared.</summary>
    private string? GrownLabel => Details.Observed.Keys
        .OrderByDescending(label => Details.Observed[label] - Details.Reference.GetValueOrDefault(label))
        .ThenBy(static label => label, StringComparer.Ordinal).FirstOrDefault();
}
