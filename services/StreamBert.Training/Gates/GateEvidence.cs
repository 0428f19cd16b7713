namespace StreamBert.Training.Gates;

/// <summary>The evidence that the gates evaluate.</summary>
/// <param name="FinalLoss">The training loss at the end of fine-tuning.</param>
/// <param name="Heads">The names of the heads that learn from feedback.</param>
internal sealed record GateEvidence(double FinalLoss, IReadOnlyList<string> Heads)
{
    /// <summary>The answers to texts with new feedback, which no run has evaluated on before, by head.</summary>
    public IReadOnlyList<HeadComparison> Feedback { get; init; } = [];

    /// <summary>The answers to the evaluation part of the anchor, by head.</summary>
    public IReadOnlyList<HeadComparison> Anchor { get; init; } = [];

    /// <summary>The oldest version with the same anchor, and the answers of both to it; null if that is the champion.</summary>
    public OriginComparison? Origin { get; init; }

    /// <summary>The answers to recent texts whose labels are the champion's confident predictions, for heads without an anchor.</summary>
    public IReadOnlyList<HeadComparison> Replay { get; init; } = [];

    /// <summary>The confidence from which the champion's predictions are replayed.</summary>
    public double ReplayConfidence { get; init; }

    /// <summary>The candidate's time for the same texts; null if it was not measured.</summary>
    public Slowdown? Slowdown { get; init; }
}

/// <summary>The answers of the oldest version with the same anchor and of the candidate to the anchor, by head.</summary>
internal sealed record OriginComparison(string Version, IReadOnlyList<HeadComparison> Heads);
