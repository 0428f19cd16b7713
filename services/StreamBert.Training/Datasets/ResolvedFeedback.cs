using StreamBert.Contracts;

namespace StreamBert.Training.Datasets;

/// <summary>The labels to train on, one of each text and head.</summary>
/// <param name="Labels">The labels after conflicts are resolved, oldest first.</param>
/// <param name="Given">All labels of all annotators, with the numbers of their texts.</param>
/// <param name="Agreement">The agreement of the annotators on each head.</param>
/// <param name="Excluded">The number of labels that are left out, by <see cref="ExclusionReason"/>.</param>
internal sealed record ResolvedFeedback(
    IReadOnlyList<LabelledFeedback> Labels, IReadOnlyList<LabelledFeedback> Given, IReadOnlyList<AgreementReport> Agreement,
    IReadOnlyDictionary<string, int> Excluded)
{
    /// <inheritdoc cref="FeedbackLabels.ErasedKeys"/>
    public IReadOnlySet<Guid> ErasedKeys { get; init; } = new HashSet<Guid>();
}
