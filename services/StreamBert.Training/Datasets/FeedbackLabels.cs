namespace StreamBert.Training.Datasets;

/// <summary>The labels that were read from the log.</summary>
/// <param name="Labels">The last label of each annotator on each text and head, oldest first.</param>
/// <param name="Excluded">The number of feedback records that are left out, by <see cref="ExclusionReason"/>.</param>
internal sealed record FeedbackLabels(IReadOnlyList<LabelledFeedback> Labels, IReadOnlyDictionary<string, int> Excluded)
{
    /// <summary>The ids of the keys that were deleted before the first text was read.</summary>
    public IReadOnlySet<Guid> ErasedKeys { get; init; } = new HashSet<Guid>();
}
