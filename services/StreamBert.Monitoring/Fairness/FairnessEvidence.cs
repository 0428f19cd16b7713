using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;

namespace StreamBert.Monitoring.Fairness;

/// <summary>The difference between the groups with the highest and the lowest rate.</summary>
internal sealed record GroupDifference(GroupRate Highest, GroupRate Lowest, Interval Interval)
{
    public double Value => Highest.Rate - Lowest.Rate;
}

/// <summary>The rates of the groups over the last windows.</summary>
internal sealed record FairnessEvidence : AlertEvidence
{
    public required FairnessRule Rule { get; init; }
    public required IReadOnlyList<GroupRate> Groups { get; init; }

    /// <summary>The largest difference between groups with enough texts; null if fewer than two groups have enough.</summary>
    public required GroupDifference? Largest { get; init; }

    /// <summary>The groups whose evidence is sufficient: e-BH rejects that they are treated like the others.</summary>
    public required IReadOnlyList<string> Different { get; init; }

    /// <summary>The logarithm of the e-value: the largest wealth of a betting process.</summary>
    public required double LogWealth { get; init; }

    /// <summary>The e-value from which on the evidence is sufficient, if one comparison is.</summary>
    public required double AlarmEValue { get; init; }

    public override double Value => Largest?.Value ?? 0;
    public override double Baseline => 0;
    public override long Count => Groups.Sum(static group => group.Count);
    public override double Strength => Math.Exp(LogWealth);
    public override Interval? Interval => Largest?.Interval;

    public override ExampleCriteria? Examples => Largest is { } largest
        ? new(Rule.Head) { Label = Rule.Label, Group = (Rule.Attribute, largest.Highest.Group) } : null;
}
