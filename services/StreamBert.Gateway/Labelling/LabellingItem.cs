using System.ComponentModel;
using StreamBert.Contracts;

namespace StreamBert.Gateway.Labelling;

/// <summary>A text that should be labelled.</summary>
public sealed record LabellingItem
{
    /// <summary>The id, for the feedback.</summary>
    [Description("The id, for the feedback.")]
    public required string Id { get; init; }

    /// <summary>The pipeline.</summary>
    [Description("The pipeline.")]
    public required string Pipeline { get; init; }

    /// <summary>The event time.</summary>
    [Description("The event time.")]
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The heads whose labels are asked for.</summary>
    [Description("The heads whose labels are asked for: those that need no label any more are left out.")]
    public required IReadOnlyList<string> Heads { get; init; }

    /// <summary>The labels of each head to choose from.</summary>
    [Description("The labels of each head to choose from.")]
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Labels { get; init; }

    /// <summary>The text, if privacy settings and the log keep it.</summary>
    [Description("The text; absent if privacy settings do not keep it, or the log no longer holds its prediction.")]
    public string? Text { get; init; }

    /// <summary>Whether the subject of the text has been erased.</summary>
    [Description("Whether the subject of the text has been erased.")]
    public bool Erased { get; init; }

    /// <summary>Why the text should be labelled; null in the random sample.</summary>
    [Description("Why the text should be labelled; absent in the random sample.")]
    public string? Reason { get; init; }

    /// <summary>The answers; null in the random sample.</summary>
    [Description("The answers with their probabilities; absent in the random sample, so that they do not influence the annotator.")]
    public IReadOnlyDictionary<string, HeadPrediction>? Answers { get; init; }

    /// <summary>The version that answered; null in the random sample.</summary>
    [Description("The version that answered; absent in the random sample.")]
    public string? ModelVersion { get; init; }

    /// <summary>The number of near-duplicates that this text stands for, itself included.</summary>
    [Description("The number of near-duplicates that this text stands for, itself included.")]
    public int Copies { get; init; } = 1;
}

/// <summary>A page of texts that should be labelled.</summary>
/// <param name="Items">The texts.</param>
/// <param name="Next">The offset before which the next page of the random sample ends; null at its beginning.</param>
internal sealed record LabellingPage(IReadOnlyList<LabellingItem> Items, long? Next);
