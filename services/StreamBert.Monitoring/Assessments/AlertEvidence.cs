using StreamBert.Contracts;

namespace StreamBert.Monitoring.Assessments;

/// <summary>The observation behind an assessment. Each detector has its own kind.</summary>
internal abstract record AlertEvidence
{
    /// <summary>The event time that was observed; it ends with the assessed window.</summary>
    public required TimeWindow Window { get; init; }

    /// <summary>The observed value.</summary>
    public abstract double Value { get; }

    /// <summary>The value that was expected.</summary>
    public abstract double Baseline { get; }

    /// <summary>The number of texts behind the value.</summary>
    public abstract long Count { get; }

    /// <summary>The p-value or e-value; 0 without a test.</summary>
    public abstract double Strength { get; }

    /// <summary>The unit of the value: <c>share</c>, <c>texts per window</c>, <c>distance</c> or <c>names</c>.</summary>
    public virtual string Unit => "share";

    /// <summary>The 95 % interval of the value, with the effective number of texts; null if there is none.</summary>
    public virtual Interval? Interval => null;

    /// <summary>Whether near-duplicate texts were one piece of evidence, a story; otherwise each text was one.</summary>
    public bool GroupsStories { get; init; } = true;

    /// <summary>The age of a baseline that has not seen a full week; null for one that has, and without a baseline.</summary>
    public TimeSpan? BaselineAge { get; init; }

    /// <summary>The label whose share or count was observed; null without one.</summary>
    public virtual string? Label => null;

    /// <summary>What the baseline of the series expected in the window; null without a baseline.</summary>
    public virtual Expectation? Expectation => null;

    /// <summary>The words that separate the observation from its baseline; null if the last windows show them.</summary>
    public virtual IReadOnlyList<string>? Terms => null;

    /// <summary>The texts that separate the observation from its baseline; empty if the last windows supply them.</summary>
    public virtual IReadOnlyList<AlertExample> OwnExamples => [];

    /// <summary>Whether the effect is so large that the alert is critical.</summary>
    public bool IsCritical { get; init; }

    /// <summary>Selects the texts that caused the condition; null if no text can be an example.</summary>
    public abstract ExampleCriteria? Examples { get; }
}
