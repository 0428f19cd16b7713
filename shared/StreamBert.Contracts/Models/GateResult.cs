namespace StreamBert.Contracts;

/// <summary>Holds the outcome of a gate: a condition for the promotion of a candidate.</summary>
public sealed record GateResult
{
    /// <summary>The outcome of a condition that holds.</summary>
    public const string Passed = "passed";

    /// <summary>The outcome of a condition that does not hold; the candidate is not promoted.</summary>
    public const string Failed = "failed";

    /// <summary>The outcome of a condition that could not be evaluated; it does not prevent a promotion.</summary>
    public const string NotEvaluated = "not-evaluated";

    /// <summary>The name of the gate, such as <c>anchor</c>.</summary>
    public required string Gate { get; init; }

    /// <summary>The head; null if the gate concerns the whole model.</summary>
    public string? Head { get; init; }

    /// <summary><c>passed</c>, <c>failed</c> or <c>not-evaluated</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The measured value, if there is one.</summary>
    public double? Value { get; init; }

    /// <summary>The interval of the value; each end is a one-sided 95 % bound.</summary>
    public Interval? Interval { get; init; }

    /// <summary>What the value or an end of its interval is compared with.</summary>
    public double? Threshold { get; init; }

    /// <summary>Describes the outcome.</summary>
    public required string Text { get; init; }

    /// <summary>Returns the outcome and its description.</summary>
    public override string ToString() => $"{Outcome.Replace('-', ' ')}: {Text}";
}
