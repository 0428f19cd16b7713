using System.Collections;

namespace StreamBert.Streaming.Hosting.Logging;

/// <summary>
/// The values of a log message or a scope with secrets masked, for sinks that write values and not only the text.
/// </summary>
internal sealed class MaskedState(
    string text,
    IReadOnlyList<KeyValuePair<string, object?>> values) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public KeyValuePair<string, object?> this[int index] => values[index];

    public int Count => values.Count;

    /// <returns>Null if the state contains no secret.</returns>
    public static MaskedState? Of<TState>(TState state, string text, SecretMask mask)
    {
        var masked = mask.Apply(text);
        var values = (state as IReadOnlyList<KeyValuePair<string, object?>>)?.Select(
            pair => KeyValuePair.Create(pair.Key, Masked(pair.Value, mask))).ToList() ?? [];
        var isChanged = !ReferenceEquals(masked, text) || state is IReadOnlyList<KeyValuePair<string, object?>> given
            && given.Zip(values).Any(static pair => !Equals(pair.First.Value, pair.Second.Value));
        return isChanged ? new(masked, values) : null;
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => text;

    /// <summary>Masks a value that is not text as the text that a sink would write.</summary>
    private static object? Masked(object? value, SecretMask mask)
    {
        if (value is null or bool or int or long or double or TimeSpan or DateTimeOffset or Type) return value;
        var text = value.ToString() ?? "";
        var masked = mask.Apply(text);
        return ReferenceEquals(masked, text) ? value : masked;
    }
}

/// <summary>Replaces an exception whose text contains a secret.</summary>
internal sealed class MaskedException : Exception
{
    private MaskedException(string text, int result) : base(text) => HResult = result;

    /// <summary>Returns the exception itself if it contains no secret.</summary>
    public static Exception? Of(Exception? exception, SecretMask mask) =>
        exception?.ToString() is { } text && mask.Apply(text) is var masked && !ReferenceEquals(masked, text)
            ? new MaskedException(masked, exception.HResult)
            : exception;

    public override string ToString() => Message;
}
