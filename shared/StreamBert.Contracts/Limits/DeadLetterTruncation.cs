namespace StreamBert.Contracts;

/// <summary>
/// Limits the size of dead letters. What was omitted is stated in <see cref="DeadLettered.Detail"/>; the record itself is stored at its
/// origin.
/// </summary>
public static class DeadLetterTruncation
{
    private const int CodeChars = 64;
    private const int DetailChars = 2_048;
    private const int StackChars = 16_384;

    /// <summary>Returns the dead letter, without the value, key or headers that are too large.</summary>
    public static DeadLettered Truncate(this DeadLettered letter, FieldLimits limits)
    {
        var headers = SelectHeaders(letter.Headers, limits);
        string[] left =
        [
            .. letter.Value?.Length > limits.RecordBytes ? [$"the value ({letter.Value.Length:N0} bytes)"] : Array.Empty<string>(),
            .. letter.Key?.Length > limits.HeaderBytes ? [$"the key ({letter.Key.Length:N0} bytes)"] : Array.Empty<string>(),
            .. headers.Count < letter.Headers.Count
                ? [$"{letter.Headers.Count - headers.Count:N0} of {letter.Headers.Count:N0} headers"]
                : Array.Empty<string>(),
        ];
        var detail = Excerpt.Truncate(letter.Detail, DetailChars);
        return letter with
        {
            Reason = Excerpt.Quote(letter.Reason, CodeChars),
            Detail = left.Length == 0
                ? detail
                : $"{detail} Omitted because of their size: {string.Join(", ", left)}; the record is stored at its origin.",
            Stack = letter.Stack is { } stack ? Excerpt.Truncate(stack, StackChars) : null,
            Key = letter.Key?.Length > limits.HeaderBytes ? null : letter.Key,
            Value = letter.Value?.Length > limits.RecordBytes ? null : letter.Value,
            Headers = headers,
            Omitted = left.Length == 0 ? letter.Omitted : true,
        };
    }

    private static IReadOnlyDictionary<string, byte[]> SelectHeaders(IReadOnlyDictionary<string, byte[]> headers, FieldLimits limits)
    {
        if (headers.Count <= limits.Headers && headers.Sum(Bytes) <= limits.HeaderBytes) return headers;
        var kept = new Dictionary<string, byte[]>();
        var bytes = 0L;
        foreach (var header in headers.OrderByDescending(static header => RecordHeaders.All.Contains(header.Key)))
        {
            if (kept.Count < limits.Headers && bytes + Bytes(header) <= limits.HeaderBytes)
            {
                kept.Add(header.Key, header.Value);
                bytes += Bytes(header);
            }
        }

        return kept;
    }

    private static long Bytes(KeyValuePair<string, byte[]> header) => header.Key.Length * 3L + header.Value.Length;
}
