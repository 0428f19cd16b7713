namespace StreamBert.Operations.DeadLetters;

/// <summary>Describes a dead letter with its bytes, headers and error.</summary>
/// <param name="Letter">The dead letter as listed.</param>
/// <param name="Timestamp">The timestamp of the original record.</param>
/// <param name="ErrorType">The type of the exception, if there was one.</param>
/// <param name="Stack">The stack trace of the exception.</param>
/// <param name="Key">The key of the original record.</param>
/// <param name="Value">The value of the original record.</param>
/// <param name="Headers">The headers of the original record.</param>
public sealed record DeadLetterDetails(
    DeadLetterItem Letter, DateTimeOffset Timestamp, string? ErrorType, string? Stack, BytesView? Key, BytesView? Value,
    IReadOnlyDictionary<string, BytesView> Headers);
