namespace StreamBert.Training.Annotators;

/// <summary>The labels of an annotator that contradict confident answers of the champion in the same way.</summary>
/// <param name="Annotator">The annotator.</param>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Head">The head.</param>
/// <param name="Answer">The label that the champion predicts.</param>
/// <param name="Label">The label that the annotator gave.</param>
/// <param name="Count">The number of such labels.</param>
internal sealed record ContradictedSlice(string Annotator, string Pipeline, string Head, string Answer, string Label, int Count)
{
    /// <summary>
    /// The source or attribute, <c>attribute=value</c>, that most of these texts have more often than others, and their number; null if
    /// there is none.
    /// </summary>
    public (string Slice, int Count)? Shared { get; init; }
}
