using StreamBert.Contracts;
using StreamBert.Model.Classification;

namespace StreamBert.Training.Annotators;

/// <summary>An annotator's label of a text, with what the champion says about the text.</summary>
/// <param name="Annotation">The annotator, the text and the label.</param>
/// <param name="Group">The number of the group of near-duplicates.</param>
/// <param name="Pipeline">The pipeline: the stratum within which annotators are compared.</param>
/// <param name="Head">The head.</param>
/// <param name="Champion">The champion's answers and embedding.</param>
internal sealed record JudgedLabel(Annotation Annotation, int Group, string Pipeline, string Head, ClassifiedText Champion)
{
    /// <summary>The source and the attributes of the text, as far as they are known: <c>attribute=value</c>.</summary>
    public IReadOnlyList<string> Slices { get; init; } = [];

    public string Annotator => Annotation.Annotator;

    public string Label => Annotation.Label;

    public HeadPrediction Answer => Champion.Heads[Head];
}
