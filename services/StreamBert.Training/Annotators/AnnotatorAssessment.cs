using StreamBert.Contracts;

namespace StreamBert.Training.Annotators;

/// <summary>What the labels say about the annotators who gave them.</summary>
/// <param name="Annotators">A report for each annotator.</param>
/// <param name="Unreliable">The tests that show an annotator to be less reliable than the others, with adjusted p-values.</param>
/// <param name="Slices">The largest groups of labels that contradict confident answers of the champion.</param>
internal sealed record AnnotatorAssessment(
    IReadOnlyList<AnnotatorReport> Annotators, IReadOnlyList<ReliabilityTest> Unreliable, IReadOnlyList<ContradictedSlice> Slices);
