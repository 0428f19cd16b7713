using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Cli.Output;

/// <summary>
/// Escapes control characters and invisible characters. Continuation lines of a value are indented, so that no value from outside can be
/// mistaken for a line of this program.
/// </summary>
/// <param name="indentContinuations">False for text that comes from this program alone, such as its help.</param>
internal sealed class VisibleTextWriter(TextWriter inner, bool indentContinuations = true) : TextWriter
{
    private const string Indent = "\n  ";

    /// <summary>The high surrogate at the end of the previous write; its low surrogate comes with the next one.</summary>
    private char? _pendingSurrogate;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (buffer.IsEmpty)
            return;
        var text = _pendingSurrogate is { } pending ? $"{pending}{buffer}" : buffer.ToString();
        _pendingSurrogate = char.IsHighSurrogate(text[^1]) ? text[^1] : null;
        inner.Write(Escape(_pendingSurrogate is null ? text : text[..^1]));
    }

    public override void WriteLine(string? value)
    {
        Write(value.AsSpan());
        WriteLine();
    }

    public override void WriteLine(ReadOnlySpan<char> buffer)
    {
        Write(buffer);
        WriteLine();
    }

    public override void WriteLine()
    {
        WritePendingSurrogate();
        inner.WriteLine();
    }

    public override Task WriteAsync(char value) => RunSynchronously(() => Write(value));

    public override Task WriteAsync(string? value) => RunSynchronously(() => Write(value));

    public override Task WriteAsync(char[] buffer, int index, int count) => RunSynchronously(() => Write(buffer, index, count));

    public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default) =>
        RunSynchronously(() => Write(buffer.Span));

    public override Task WriteLineAsync() => RunSynchronously(WriteLine);

    public override Task WriteLineAsync(string? value) => RunSynchronously(() => WriteLine(value));

    public override Task WriteLineAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default) =>
        RunSynchronously(() => WriteLine(buffer.Span));

    public override void Flush()
    {
        WritePendingSurrogate();
        inner.Flush();
    }

    public override Task FlushAsync() => RunSynchronously(Flush);

    public override Task FlushAsync(CancellationToken cancellationToken) => RunSynchronously(Flush);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Flush();
            inner.Dispose();
        }
        base.Dispose(disposing);
    }

    private static Task RunSynchronously(Action write)
    {
        write();
        return Task.CompletedTask;
    }

    private string Escape(string text)
    {
        var lines = VisibleText.EscapeLines(text.Replace("\r\n", "\n", StringComparison.Ordinal));
        return indentContinuations && lines.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var first && first < lines.Length - 1
            ? lines[..^1].Replace("\n", Indent, StringComparison.Ordinal) + lines[^1]
            : lines;
    }

    private void WritePendingSurrogate()
    {
        if (_pendingSurrogate is not { } pending)
            return;
        _pendingSurrogate = null;
        inner.Write(VisibleText.EscapeLines(pending.ToString()));
    }
}
