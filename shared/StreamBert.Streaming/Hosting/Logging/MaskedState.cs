using System.Collections;

namespace StreamBert.Streaming.Hosting.Logging;

/// <summary>
/// What a message or a scope of the log was made of, with secrets masked: for sinks that write values and not only the text.
/// </summary>
internal sealed class MaskedState(
    string text,
    IReadOnlyList<KeyValuePair<string, object?>> values) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public KeyValuePair<string, object?> this[int index] => values[index];

    public int Count => values.Count;

    /// <returns>Null: nothing in the state needs to be masked.</returns>
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

    /// <summary>Values that are no text are masked as the text that a sink would make of them.</summary>
    private static object? Masked(object? value, SecretMask mask)
    {
        if (value is null or bool or int or long or double or TimeSpan or DateTimeOffset or Type) return value;
        var text = value.ToString() ?? "";
        var masked = mask.Apply(text);
        return ReferenceEquals(masked, text) ? value : masked;
    }
}

/// <summary>An exception of which the text held a secret.</summary>
internal sealed class MaskedException : Exception
{
    private MaskedException(string text, int result) : base(text) => HResult = result;

    /// <summary>The exception itself where it holds none.</summary>
    public static Exception? Of(Exception? exception, SecretMask mask) =>
        exception?.ToString() is { } text && mask.Apply(text) is var masked && !ReferenceEquals(masked, text)
            ? new MaskedException(masked, exception.HResult)
            : exception;

    public override string ToString() => Message;
}
