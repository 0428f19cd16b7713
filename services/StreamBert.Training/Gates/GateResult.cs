namespace StreamBert.Training.Gates;

/// <summary>The outcome of a gate. <see cref="NotEvaluated"/> does not prevent a promotion, but is reported.</summary>
internal enum GateOutcome
{
    Passed,
    Failed,
    NotEvaluated,
}

/// <summary>The outcome of a gate with its reason as text.</summary>
internal sealed record GateResult(GateOutcome Outcome, string Reason)
{
    public static GateResult Create(bool hasPassed, string reason) => new(hasPassed ? GateOutcome.Passed : GateOutcome.Failed, reason);

    public override string ToString() => Outcome switch
    {
        GateOutcome.Passed => $"passed: {Reason}",
        GateOutcome.Failed => $"failed: {Reason}",
        _ => $"not evaluated: {Reason}",
    };
}
