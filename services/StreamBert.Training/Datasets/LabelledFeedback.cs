using StreamBert.Contracts;

namespace StreamBert.Training.Datasets;

/// <summary>The label that people gave to a text, with the text.</summary>
internal sealed record LabelledFeedback(string Text, string Head, string Label, DateTimeOffset OccurredAt)
{
    /// <summary>The positions in the log of the labels on this text that it results from.</summary>
    public IReadOnlyList<RecordPosition> Positions { get; init; } = [];

    /// <summary>Who gave the label: one person, or several after conflicts are resolved.</summary>
    public IReadOnlyList<string> Annotators { get; init; } = ["anonymous"];

    public string Pipeline { get; init; } = "";

    /// <summary>The subject of the text: the unit of erasure.</summary>
    public string? Subject { get; init; }

    /// <summary>The groups of the text as fairness rules compare them: <c>attribute=value</c>.</summary>
    public IReadOnlyList<string> FairnessGroups { get; init; } = [];

    /// <summary>
    /// The source and the attributes of the text, <c>attribute=value</c>; empty if its prediction was not read, or if the log stores them
    /// sealed.
    /// </summary>
    public IReadOnlyList<string> Slices { get; init; } = [];

    /// <summary>The number of what the model reads of the text: equal for texts that it reads identically.</summary>
    public int Item { get; init; }

    /// <summary>The number of the group of near-duplicates, which a split keeps together.</summary>
    public int Group { get; init; }

    public FeedbackKey Key => new(TextNormalizer.Normalize(Text), Head);
}
