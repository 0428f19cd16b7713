namespace StreamBert.Contracts;

/// <summary>The kinds of alert: the values of <see cref="AlertRaised.Kind"/>.</summary>
public static class AlertKinds
{
    public const string NegativeSurge = "negative-surge";
    public const string VolumeSurge = "volume-surge";
    public const string VolumeSilence = "volume-silence";
    public const string LabelDrift = "label-drift";
    public const string ConfidenceDrift = "confidence-drift";
    public const string Fairness = "fairness";

    /// <summary>A version that is to serve was refused by a worker.</summary>
    public const string ModelRefused = "model-refused";

    /// <summary>
    /// More groups, segments, entities or labels came than the monitor's table has places for: some are not watched by themselves.
    /// </summary>
    public const string CardinalityLimit = "cardinality-limit";
}

/// <summary>An interval for an estimate, 95 % unless said otherwise.</summary>
public sealed record Interval(double Low, double High);

/// <summary>A text that drove an alert.</summary>
public sealed record AlertExample(string Id, string? Text, string Label, double Confidence)
{
    /// <summary>The text as its prediction has it sealed; whoever shows the alert opens it.</summary>
    public byte[]? Sealed { get; init; }

    /// <summary>As shown: the text's subject has been erased. Never stored.</summary>
    public bool? Erased { get; init; }
}

/// <summary>An alert has begun to fire. At most one is open per <see cref="Fingerprint"/>.</summary>
public sealed record AlertRaised
{
    /// <summary>Unique: the fingerprint and the window in which it fired.</summary>
    public required string Id { get; init; }

    /// <summary>One per rule and series.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>One of <see cref="AlertKinds"/>.</summary>
    public required string Kind { get; init; }
    public required SeriesKey Series { get; init; }

    /// <summary><c>warning</c> or <c>critical</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>One line for a person.</summary>
    public required string Title { get; init; }

    /// <summary>What was seen, against what, and how sure it is, in words.</summary>
    public required string Message { get; init; }
    public required TimeWindow Window { get; init; }

    /// <summary>Event time of the end of the window that made it fire.</summary>
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>The observed value, in <see cref="Unit"/>.</summary>
    public required double Value { get; init; }
    public required double Baseline { get; init; }

    /// <summary><c>share</c>, <c>texts per window</c>, <c>distance</c>.</summary>
    public required string Unit { get; init; }
    public Interval? Interval { get; init; }

    /// <summary>Texts behind the value.</summary>
    public required long Count { get; init; }

    /// <summary>The p-value or e-value of <see cref="EvidenceKind"/>.</summary>
    public required double Evidence { get; init; }

    /// <summary>How the evidence was had, such as <c>p-value, beta-binomial tail</c>.</summary>
    public required string EvidenceKind { get; init; }
    public IReadOnlyList<AlertExample> Examples { get; init => field = value ?? []; } = [];

    /// <summary>Words over-represented in the window.</summary>
    public IReadOnlyList<string> Terms { get; init => field = value ?? []; } = [];

    public DriftDetected? Drift { get; init; }
    public FairnessViolated? Fairness { get; init; }
}

/// <summary>An alert has ceased: the value came back under its clearing threshold and stayed there.</summary>
public sealed record AlertResolved
{
    /// <summary>The <see cref="AlertRaised.Id"/> it ends.</summary>
    public required string Id { get; init; }
    public required string Fingerprint { get; init; }
    public required string Kind { get; init; }
    public required SeriesKey Series { get; init; }
    public required DateTimeOffset ResolvedAt { get; init; }
    public required double Value { get; init; }
    public required double Baseline { get; init; }
    public required string Message { get; init; }
}

/// <summary>How a distribution moved from its reference; the evidence of a drift alert.</summary>
public sealed record DriftDetected
{
    /// <summary><c>jensen-shannon</c> or <c>kolmogorov-smirnov</c>.</summary>
    public required string Measure { get; init; }
    public required double Distance { get; init; }

    /// <summary>The effect floor the distance had to pass.</summary>
    public required double Floor { get; init; }
    public required double PValue { get; init; }
    public required long ReferenceCount { get; init; }
    public required long WindowCount { get; init; }

    /// <summary>Share per label in the reference; empty for a confidence drift.</summary>
    public IReadOnlyDictionary<string, double> Reference
    {
        get; init
        => field = value ?? new Dictionary<string, double>();
    } = new Dictionary<string, double>();
    public IReadOnlyDictionary<string, double> Observed
    {
        get; init
        => field = value ?? new Dictionary<string, double>();
    } = new Dictionary<string, double>();

    /// <summary>Population stability index: reported because people know it; not what the alarm rests on.</summary>
    public double? Psi { get; init; }
}

/// <summary>Rates of one label per group of an attribute; the evidence of a fairness alert.</summary>
public sealed record FairnessViolated
{
    public required string Attribute { get; init; }
    public required string Label { get; init; }

    /// <summary>Demographic-parity difference: highest rate less lowest.</summary>
    public required double Difference { get; init; }

    /// <summary>Lowest rate over highest; below 0.8 fails the four-fifths rule.</summary>
    public required double Ratio { get; init; }
    public required Interval DifferenceInterval { get; init; }
    public required IReadOnlyList<GroupRate> Groups { get; init; }
}

/// <summary>The rate of a label in one group with its Wilson interval.</summary>
public sealed record GroupRate(string Group, long Count, long Selected, double Rate, Interval Interval, bool Sufficient);
