namespace StreamBert.Contracts;

/// <summary>Holds a dead letter: a record that could not be processed, with everything needed to understand and replay it.</summary>
public sealed record DeadLettered
{
    /// <summary>The position of the original record.</summary>
    public required RecordPosition Origin { get; init; }

    /// <summary>The name of the pipeline, if known.</summary>
    public string? Pipeline { get; init; }

    /// <summary>One of <see cref="DeadLetterReasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>Describes the error without quoting the text.</summary>
    public required string Detail { get; init; }

    /// <summary>The type of the exception, if there was one.</summary>
    public string? ErrorType { get; init; }

    /// <summary>The stack trace of the exception, if there was one.</summary>
    public string? Stack { get; init; }

    /// <summary>When the record failed.</summary>
    public required DateTimeOffset FailedAt { get; init; }

    /// <summary>The original key, unchanged.</summary>
    public byte[]? Key { get; init; }

    /// <summary>
    /// The original value (base64 in JSON), unchanged unless <see cref="Redacted"/>; null if the record had no value or the whole value was
    /// redacted.
    /// </summary>
    public byte[]? Value { get; init; }

    /// <summary>
    /// Whether personal data in the value was replaced by placeholders, or the whole value removed, as the pipeline's privacy settings
    /// require; the original is stored at <see cref="Origin"/>.
    /// </summary>
    public bool? Redacted { get; init; }

    /// <summary>
    /// Whether value, key or headers were too large to be copied, as <see cref="Detail"/> says; the original is stored at <see
    /// cref="Origin"/>.
    /// </summary>
    public bool? Omitted { get; init; }

    /// <summary>The original headers.</summary>
    public IReadOnlyDictionary<string, byte[]> Headers { get; init => field = value ?? new Dictionary<string, byte[]>(); } =
        new Dictionary<string, byte[]>();

    /// <summary>The timestamp of the original record.</summary>
    public DateTimeOffset Timestamp { get; init; }
}
