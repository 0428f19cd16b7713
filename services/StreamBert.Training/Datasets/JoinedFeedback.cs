using StreamBert.Contracts;

namespace StreamBert.Training.Datasets;

/// <summary>Feedback with what its prediction says about the text.</summary>
/// <param name="Feedback">The feedback, with subject, text and origin.</param>
/// <param name="Attributes">The attributes of the text; empty if its prediction was not needed or is not in the log.</param>
internal sealed record JoinedFeedback(FeedbackReceived Feedback, IReadOnlyDictionary<string, string> Attributes)
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>The source of the text; null if its prediction was not needed or is not in the log.</summary>
    public string? Source { get; init; }

    /// <summary>Whether the prediction was found: it names the subject of the text, unless the text has none.</summary>
    public bool HasPrediction { get; init; }

    /// <summary>Whether the prediction is sealed and cannot be opened: its subject was erased, or the key is not available here.</summary>
    public bool IsErased { get; init; }

    /// <summary>The source and the attributes of the text: <c>attribute=value</c>.</summary>
    public IReadOnlyList<string> Slices =>
    [
        .. Source is { Length: > 0 } ? [$"source={Source}"] : (IEnumerable<string>)[],
        .. Attributes.Select(static attribute => $"{attribute.Key}={attribute.Value}"),
    ];

    public JoinedFeedback(FeedbackReceived feedback)
        : this(feedback, None)
    {
    }
}
