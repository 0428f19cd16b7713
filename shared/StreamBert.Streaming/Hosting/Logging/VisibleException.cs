using System.Collections;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Hosting.Logging;

/// <summary>Replaces an exception whose text contains characters that would control a terminal.</summary>
internal sealed class VisibleException : Exception
{
    private readonly string _text;

    private VisibleException(Exception exception, string text) : base(VisibleText.EscapeLine(exception.Message)) =>
        (_text, HResult) = (VisibleText.EscapeLines(text), exception.HResult);

    /// <summary>Returns the exception itself if its text is safe to display.</summary>
    public static Exception? Of(Exception? exception) =>
        exception?.ToString().Replace("\r\n", "\n", StringComparison.Ordinal) is { } text && VisibleText.EscapeLines(text) != text
            ? new VisibleException(exception, text)
            : exception;

    public override string ToString() => _text;
}

/// <summary>Replaces a scope whose text contains characters that would control a terminal.</summary>
internal sealed class VisibleScope(
    IReadOnlyList<KeyValuePair<string, object?>> values,
    string text) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => values.Count;

    public KeyValuePair<string, object?> this[int index] => values[index];

    /// <summary>Returns the scope itself if its text is safe to display.</summary>
    public static object Of<TState>(TState scope) where TState : notnull =>
        scope.ToString() is { } text && VisibleText.EscapeLine(text) != text
            ? new VisibleScope(scope as IReadOnlyList<KeyValuePair<string, object?>> ?? [], VisibleText.EscapeLine(text))
            : scope;

    public override string ToString() => text;

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
