namespace StreamBert.Contracts;

/// <summary>Holds a text to classify. The Kafka key is <see cref="Subject"/>, else <see cref="Id"/>.</summary>
public sealed record TextReceived
{
    /// <summary>The id that the producer gave the text.</summary>
    public required string Id { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>The source of the text: <c>api</c>, a file name, a feed. Default: <c>unknown</c>.</summary>
    public string Source { get; init => field = value ?? "unknown"; } = "unknown";

    /// <summary>The person or object that the text is about; it keeps a conversation in order and is the unit of erasure.</summary>
    public string? Subject { get; init; }

    /// <summary>The language as a BCP 47 tag, if the producer knows it.</summary>
    public string? Language { get; init; }

    /// <summary>The event time: when the text was written.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Further attributes, such as groups for fairness, channels and regions.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init => field = value ?? new Dictionary<string, string>(); } =
        new Dictionary<string, string>();

    /// <summary>Describes values that were read differently from how they were written; null if there are none.</summary>
    public IReadOnlyList<string>? Notes { get; init; }
}
