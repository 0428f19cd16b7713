namespace StreamBert.Contracts;

/// <summary>The label that a person gave to a text is withdrawn: from now on it is as if it had never been given.</summary>
public sealed record FeedbackWithdrawn
{
    /// <summary>The id of the classified text, as in the feedback.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The head whose label it is.</summary>
    public required string Head { get; init; }

    /// <summary>The person who gave the label, as in the feedback. Default: <c>anonymous</c>.</summary>
    public string Annotator { get; init => field = value ?? "anonymous"; } = "anonymous";

    /// <summary>When the label was withdrawn.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The subject of the text, as in the prediction: the unit of erasure.</summary>
    public string? Subject { get; init; }
}
