using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Cli.CommandLine;

/// <summary>
/// Writes only what is safe to see. Of a piece of several lines all but the first are indented, so that no value from outside can pass for
/// a line of this program.
/// </summary>
/// <param name="indents">False for texts of this program alone, such as its help.</param>
internal sealed class VisibleWriter(TextWriter to, bool indents = true) : TextWriter
{
    private const string Indent = "\n  ";

    /// <summary>The first half of a surrogate pair whose second half comes with the next piece.</summary>
    private char? _half;

    public override Encoding Encoding => to.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (buffer.IsEmpty)
            return;
        var text = _half is { } half ? $"{half}{buffer}" : buffer.ToString();
        _half = char.IsHighSurrogate(text[^1]) ? text[^1] : null;
        to.Write(Shown(_half is null ? text : text[..^1]));
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
        WriteHalf();
        to.WriteLine();
    }

    public override Task WriteAsync(char value) => Done(() => Write(value));

    public override Task WriteAsync(string? value) => Done(() => Write(value));

    public override Task WriteAsync(char[] buffer, int index, int count) => Done(() => Write(buffer, index, count));

    public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
        => Done(() => Write(buffer.Span));

    public override Task WriteLineAsync() => Done(WriteLine);

    public override Task WriteLineAsync(string? value) => Done(() => WriteLine(value));

    public override Task WriteLineAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
        => Done(() => WriteLine(buffer.Span));

    public override void Flush()
    {
        WriteHalf();
        to.Flush();
    }

    public override Task FlushAsync() => Done(Flush);

    public override Task FlushAsync(CancellationToken cancellationToken) => Done(Flush);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Flush();
            to.Dispose();
        }
        base.Dispose(disposing);
    }

    private static Task Done(Action write)
    {
        write();
        return Task.CompletedTask;
    }

    private string Shown(string text)
    {
        var lines = VisibleText.EscapeLines(text.Replace("\r\n", "\n", StringComparison.Ordinal));
        return indents && lines.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var first && first < lines.Length - 1
            ? lines[..^1].Replace("\n", Indent, StringComparison.Ordinal) + lines[^1] : lines;
    }

    private void WriteHalf()
    {
        if (_half is not { } half)
            return;
        _half = null;
        to.Write(VisibleText.EscapeLines(half.ToString()));
    }
}
