namespace StreamBert.Contracts;

/// <summary>Compares the answers of candidate and champion to the same labelled texts of one head.</summary>
public sealed record PairedEvaluation
{
    /// <summary>The head.</summary>
    public required string Head { get; init; }

    /// <summary>The data set, as in the <see cref="ClassificationReport"/>.</summary>
    public required string Data { get; init; }

    /// <summary>The confusion matrix of the champion: its cells with texts.</summary>
    public required IReadOnlyList<ConfusionCell> Champion { get; init; }

    /// <summary>The confusion matrix of the candidate: its cells with texts.</summary>
    public required IReadOnlyList<ConfusionCell> Candidate { get; init; }

    /// <summary>
    /// The texts by pipeline and by the groups of fairness rules: the fifty slices with most texts; none of the anchor, whose texts have no
    /// pipeline.
    /// </summary>
    public IReadOnlyList<EvaluatedSlice> Slices { get; init => field = value ?? []; } = [];
}

/// <summary>Counts the texts with a true and a predicted label.</summary>
/// <param name="Actual">The true label.</param>
/// <param name="Predicted">The predicted label.</param>
/// <param name="Count">The number of texts.</param>
public sealed record ConfusionCell(string Actual, string Predicted, long Count);

/// <summary>Counts the right answers of both versions to the texts of a slice.</summary>
/// <param name="Slice">The slice, such as <c>pipeline=support-chat</c> or <c>language=de</c>.</param>
/// <param name="Texts">The number of its texts.</param>
/// <param name="Champion">The number of texts that the champion answered as labelled.</param>
/// <param name="Candidate">The number of texts that the candidate answered as labelled.</param>
public sealed record EvaluatedSlice(string Slice, long Texts, long Champion, long Candidate);
