namespace StreamBert.Training.Gates;

/// <summary>What came of one gate. <see cref="NotJudged"/> bars nothing, but is said.</summary>
public enum GateOutcome { Passed, Failed, NotJudged }

/// <summary>A gate's outcome with its reason in words.</summary>
public sealed record Gate(GateOutcome Outcome, string Reason)
{
    public static Gate Of(bool passed, string reason) => new(passed ? GateOutcome.Passed : GateOutcome.Failed, reason);

    public override string ToString() => Outcome switch
    {
        GateOutcome.Passed => $"passed: {Reason}",
        GateOutcome.Failed => $"failed: {Reason}",
        _ => $"not judged: {Reason}",
    };
}
