namespace StreamBert.Gateway.Labelling;

/// <summary>
/// A text of the labelling sample. It comes without the predicted labels, so that they do not influence the person who labels it.
/// </summary>
/// <param name="Id">The id, for the feedback.</param>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="OccurredAt">The event time.</param>
/// <param name="Heads">The heads whose labels are asked for: those without feedback.</param>
/// <param name="Labels">The labels of each head to choose from.</param>
/// <param name="Text">The text; null if privacy settings do not keep it, or the log no longer holds its prediction.</param>
/// <param name="Erased">Whether the subject of the text has been erased.</param>
internal sealed record LabellingItem(
    string Id, string Pipeline, DateTimeOffset OccurredAt, IReadOnlyList<string> Heads,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Labels, string? Text, bool Erased);

/// <summary>A page of the labelling sample, the latest first.</summary>
/// <param name="Items">The texts.</param>
/// <param name="Next">The offset before which the next page ends; null at the beginning of the sample.</param>
internal sealed record LabellingPage(IReadOnlyList<LabellingItem> Items, long? Next);
