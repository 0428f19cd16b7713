using System.ComponentModel.DataAnnotations;

namespace StreamBert.Contracts;

/// <summary>
/// Maps the predictions of a model that is served elsewhere, for a pipeline that takes predictions instead of texts. Paths are dotted; a
/// number is an index of an array, as in <c>outputs.0.data</c>. In a CloudEvent they refer to its data.
/// </summary>
public sealed record PredictionMapping
{
    /// <summary>Head → where its answer is. At least one.</summary>
    [MinLength(1)]
    public IReadOnlyDictionary<string, PredictedHeadMapping> Heads { get; init; } = new Dictionary<string, PredictedHeadMapping>();

    /// <summary>The path of the version of the model. Default: null, the version is <c>external</c>.</summary>
    public string? ModelVersion { get; init; }
}

/// <summary>Maps the answer of one head. <see cref="Scores"/>, or <see cref="Label"/> with <see cref="Confidence"/>, is required.</summary>
public sealed record PredictedHeadMapping
{
    /// <summary>The path of the label, or of its index in <see cref="Labels"/>. Default: null, the label with the highest score.</summary>
    public string? Label { get; init; }

    /// <summary>The path of the confidence in the label, 0 to 1. Default: null, the label's score.</summary>
    public string? Confidence { get; init; }

    /// <summary>
    /// The path of the scores: an object of labels, an array of objects with <c>label</c> and <c>score</c>, or an array of numbers in the
    /// order of <see cref="Labels"/>. Default: null.
    /// </summary>
    public string? Scores { get; init; }

    /// <summary>The names of the labels, where the record has numbers only. Default: none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Whether the scores are logits, which become probabilities by softmax. Default: false.</summary>
    public bool Logits { get; init; }
}
