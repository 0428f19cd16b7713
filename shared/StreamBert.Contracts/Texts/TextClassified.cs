namespace StreamBert.Contracts;

/// <summary>Holds a prediction: every head's answer for one text.</summary>
public sealed record TextClassified
{
    /// <summary>The id of the text.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The version of the model that answered.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>The candidate of a rollout that was to answer and failed on this text, so that the champion answered; else null.</summary>
    public string? FailedVersion { get; init; }

    /// <summary>The event time of the text, limited to its receipt by the log.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The event time that the producer claimed, if it was later than the receipt: the producer's clock is ahead.</summary>
    public DateTimeOffset? ClaimedTime { get; init; }

    /// <summary>When the text was classified.</summary>
    public required DateTimeOffset ClassifiedAt { get; init; }

    /// <summary>The answers by head.</summary>
    public required IReadOnlyDictionary<string, HeadPrediction> Heads { get; init; }

    /// <summary>The named entities in the order of the text; null if no head of the pipeline recognizes entities.</summary>
    public IReadOnlyList<Entity>? Entities { get; init; }

    /// <inheritdoc cref="TextReceived.Attributes"/>
    public IReadOnlyDictionary<string, string> Attributes { get; init => field = value ?? new Dictionary<string, string>(); } =
        new Dictionary<string, string>();

    /// <inheritdoc cref="TextReceived.Subject"/>
    public string? Subject { get; init; }

    /// <inheritdoc cref="TextReceived.Source"/>
    public string? Source { get; init; }

    /// <summary>The number of tokens, including special tokens.</summary>
    public required int Tokens { get; init; }

    /// <summary>The number of unknown tokens: words that the vocabulary cannot spell.</summary>
    public int UnknownTokens { get; init; }

    /// <summary>
    /// The 64-bit SimHash of the normalized text as 16 hexadecimal digits: near-duplicates differ in at most three bits and are copies of
    /// one story. Null for a sealed text, about whose words it would reveal something.
    /// </summary>
    public string? Story { get; init; }

    /// <summary>
    /// The likely language of the text (ISO 639), if the model was not trained on it: the answers are unreliable. Null for a language of
    /// the model, where the language is not determined, and for a model that does not state its languages. Like the labels, it stays
    /// readable in a sealed prediction.
    /// </summary>
    public string? ForeignLanguage { get; init; }

    /// <summary>Whether the text was longer than the model reads.</summary>
    public bool Truncated { get; init; }

    /// <summary>
    /// A random projection of the encoder's output to 32 values, for drift of meaning; null for a sealed text, about whose words it would
    /// reveal something.
    /// </summary>
    public float[]? Embedding { get; init; }

    /// <summary>The position of the input record.</summary>
    public required RecordPosition Origin { get; init; }

    /// <summary>The text, if the pipeline's privacy settings allow it.</summary>
    public string? Text { get; init; }

    /// <summary>
    /// The text, the texts of entities and the words of explanations, encrypted with the subject's key, if the pipeline stores them so. The
    /// code that displays a prediction decrypts it.
    /// </summary>
    public byte[]? Sealed { get; init; }

    /// <summary>Whether the text was sealed and its subject has been erased; set for display, never stored.</summary>
    public bool? Erased { get; init; }

    /// <summary>The requested explanations.</summary>
    public IReadOnlyList<Explanation>? Explanations { get; init; }

    /// <inheritdoc cref="TextReceived.Notes"/>
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>The queues to which this prediction was also sent.</summary>
    public IReadOnlyList<string> Routes { get; init => field = value ?? []; } = [];

    /// <summary>The durations of the stages.</summary>
    public required StageTimings Timings { get; init; }
}
