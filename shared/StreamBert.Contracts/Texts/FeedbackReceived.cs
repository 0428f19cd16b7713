namespace StreamBert.Contracts;

/// <summary>Holds feedback: the label that a person gave to a text.</summary>
public sealed record FeedbackReceived
{
    /// <summary>The id of the classified text.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The head whose label it is.</summary>
    public required string Head { get; init; }

    /// <summary>The correct label.</summary>
    public required string Label { get; init; }

    /// <summary>The person who gave the label. Default: <c>anonymous</c>.</summary>
    public string Annotator { get; init => field = value ?? "anonymous"; } = "anonymous";

    /// <summary>When the label was given.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The subject of the text, as in the prediction: the unit of erasure.</summary>
    public string? Subject { get; init; }

    /// <summary>The text, if the sender has it; otherwise it is fetched from the log by <see cref="Origin"/>.</summary>
    public string? Text { get; init; }

    /// <summary>The position of the text in the log, if known.</summary>
    public RecordPosition? Origin { get; init; }
}
