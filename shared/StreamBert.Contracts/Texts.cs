namespace StreamBert.Contracts;

/// <summary>A text to be classified. Kafka key: <see cref="Subject"/>, else <see cref="Id"/>.</summary>
public sealed record TextReceived
{
    public required string Id { get; init; }
    public required string Text { get; init; }

    /// <summary>Where the text came from: <c>api</c>, a file name, a feed.</summary>
    public string Source { get; init => field = value ?? "unknown"; } = "unknown";

    /// <summary>Whom or what the text is about; orders a conversation and is the unit of erasure.</summary>
    public string? Subject { get; init; }

    /// <summary>BCP 47 tag, where the producer knows it.</summary>
    public string? Language { get; init; }

    /// <summary>Event time: when the text was written.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Free attributes: groups for fairness, channels, regions.</summary>
    public IReadOnlyDictionary<string, string> Attributes
    {
        get; init
        => field = value ?? new Dictionary<string, string>();
    } = new Dictionary<string, string>();

    /// <summary>What was read in another way than it was written, in words; null where nothing was.</summary>
    public IReadOnlyList<string>? Notes { get; init; }
}

/// <summary>
/// One head's answer: its first label and how sure it is of it. <see cref="Scores"/> are calibrated probabilities: they sum to 1, except of
/// a
/// multi-label head; of a regression they are the numbers themselves.
/// </summary>
public sealed record HeadPrediction(string Label, double Confidence, IReadOnlyDictionary<string, double> Scores)
{
    /// <summary>Of a multi-label head: every label that applies.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}

/// <summary>A named entity that a head found in a text.</summary>
/// <param name="Type">Its kind by the head's own names, such as <c>ORG</c>.</param>
/// <param name="Start">Its first character in the text as it was sent, in UTF-16 code units.</param>
/// <param name="End">The character after its last.</param>
/// <param name="Confidence">Mean calibrated probability of its words' tags.</param>
/// <param name="Head">The head that found it.</param>
public sealed record Entity(string Type, int Start, int End, double Confidence, string Head)
{
    /// <summary>The entity as the text writes it, where the pipeline's privacy settings allow it.</summary>
    public string? Text { get; init; }

    /// <summary>This entity with what the text says at its place.</summary>
    public Entity WithText(string text) => this with { Text = text[Start..End] };
}

/// <summary>A prediction: every head's answer for one text.</summary>
public sealed record TextClassified
{
    public required string Id { get; init; }
    public required string Pipeline { get; init; }
    public required string ModelVersion { get; init; }

    /// <summary>Event time: the text's own, but never later than the log received the text.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The text's own event time where it was later than its receipt: its producer's clock is ahead.</summary>
    public DateTimeOffset? ClaimedTime { get; init; }

    public required DateTimeOffset ClassifiedAt { get; init; }
    public required IReadOnlyDictionary<string, HeadPrediction> Heads { get; init; }

    /// <summary>Named entities in the order of the text; null where no head of the pipeline looks for any.</summary>
    public IReadOnlyList<Entity>? Entities { get; init; }
    public IReadOnlyDictionary<string, string> Attributes
    {
        get; init
        => field = value ?? new Dictionary<string, string>();
    } = new Dictionary<string, string>();
    public string? Subject { get; init; }
    public string? Source { get; init; }

    /// <summary>Word pieces, special tokens included.</summary>
    public required int Tokens { get; init; }

    public bool Truncated { get; init; }

    /// <summary>
    /// A random projection of the encoder's output to 32 values, for drift of meaning; not kept of a sealed text, of whose words it tells.
    /// </summary>
    public float[]? Embedding { get; init; }

    public required RecordPosition Origin { get; init; }

    /// <summary>The text itself, where the pipeline's privacy settings allow it.</summary>
    public string? Text { get; init; }

    /// <summary>
    /// Text, entities' texts and explanations' words, encrypted with the subject's key, where the pipeline keeps them so. Whoever shows a
    /// prediction opens it.
    /// </summary>
    public byte[]? Sealed { get; init; }

    /// <summary>As shown: the text was sealed and its subject has been erased since. Never stored.</summary>
    public bool? Erased { get; init; }

    /// <summary>Why heads answered as they did, where that was asked.</summary>
    public IReadOnlyList<Explanation>? Explanations { get; init; }

    /// <inheritdoc cref="TextReceived.Notes"/>
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>The queues this prediction was also sent to.</summary>
    public IReadOnlyList<string> Routes { get; init => field = value ?? []; } = [];

    public required StageTimings Timings { get; init; }
}

/// <summary>Where a prediction's time went, in milliseconds.</summary>
/// <param name="WaitMs">From the read of the record to the start of its batch.</param>
/// <param name="ModelMs">The batch's forward pass.</param>
/// <param name="BatchSize">Texts in that batch.</param>
/// <param name="Cached">The answer was remembered from the same word pieces and version: no pass, no batch (both 0).</param>
public sealed record StageTimings(double WaitMs, double ModelMs, int BatchSize, bool Cached = false);

/// <summary>A person's verdict on a prediction.</summary>
public sealed record FeedbackReceived
{
    /// <summary>The id of the classified text.</summary>
    public required string Id { get; init; }
    public required string Pipeline { get; init; }
    public required string Head { get; init; }

    /// <summary>The right label.</summary>
    public required string Label { get; init; }
    public string Annotator { get; init => field = value ?? "anonymous"; } = "anonymous";
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Whom or what the text is about, as the prediction says: the unit of erasure.</summary>
    public string? Subject { get; init; }

    /// <summary>The text, when the sender has it; else it is fetched from the log by <see cref="Origin"/>.</summary>
    public string? Text { get; init; }

    /// <summary>Where the text stands in the log, when known.</summary>
    public RecordPosition? Origin { get; init; }
}

/// <summary>A record that failed alone, with everything needed to understand and to replay it.</summary>
public sealed record DeadLettered
{
    public required RecordPosition Origin { get; init; }
    public string? Pipeline { get; init; }

    /// <summary>One of <see cref="DeadLetterReasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>What was wrong, in words, without the text itself.</summary>
    public required string Detail { get; init; }
    public string? ErrorType { get; init; }
    public string? Stack { get; init; }
    public required DateTimeOffset FailedAt { get; init; }

    /// <summary>The original key, unchanged.</summary>
    public byte[]? Key { get; init; }

    /// <summary>
    /// The original bytes, unchanged but for <see cref="Redacted"/> (base64 in JSON); null if the record had no value or, redacted, as a
    /// whole gave way.
    /// </summary>
    public byte[]? Value { get; init; }

    /// <summary>
    /// Personal data in the value gave way to placeholders, or the whole value to nothing, as the pipeline's privacy settings demand; the
    /// original stands at <see cref="Origin"/>.
    /// </summary>
    public bool? Redacted { get; init; }

    /// <summary>
    /// Value, key or headers were too large to be kept here, as <see cref="Detail"/> says; the record itself stands at <see
    /// cref="Origin"/>.
    /// </summary>
    public bool? Omitted { get; init; }
    public IReadOnlyDictionary<string, byte[]> Headers
    {
        get; init
        => field = value ?? new Dictionary<string, byte[]>();
    } = new Dictionary<string, byte[]>();
    public DateTimeOffset Timestamp { get; init; }
}
