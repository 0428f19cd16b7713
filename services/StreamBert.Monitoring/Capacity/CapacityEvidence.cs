using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Tables;

namespace StreamBert.Monitoring.Capacity;

/// <summary>The overflow of a table of tracked names in a window.</summary>
internal sealed record CapacityEvidence : AlertEvidence
{
    public required TableOverflow Overflow { get; init; }

    /// <summary>The key of the option that raises the capacity.</summary>
    public required string Option { get; init; }

    public override double Value => Overflow.Names;
    public override double Baseline => 0;
    public override long Count => Overflow.Uses;
    public override double Strength => 0;
    public override string Unit => "names";
    public override ExampleCriteria? Examples => null;
}
