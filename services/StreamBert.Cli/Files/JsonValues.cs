using System.Buffers;

namespace StreamBert.Cli.Files;

/// <summary>
/// Cuts JSON values out of a file in bounded memory: the elements of one array, or values that follow each other; each may be written over
/// several lines.
/// Where a value is broken, reading goes on with the next line that begins a value as far left as the broken one.
/// </summary>
internal sealed class JsonValues(Stream content, bool isArray)
{
    private const int MaxValueBytes = 64 * 1024 * 1024;
    private const int End = -1;
    private readonly ArrayBufferWriter<byte> _value = new();
    private readonly Stack<byte> _open = new();
    private int _next = content.ReadByte();
    private long _line = 1;
    private int _column;

    /// <returns>Each value with the line it begins on; the fault where it is broken.</returns>
    /// <exception cref="InvalidDataException">The file breaks off, or no next value can be told apart after a broken one.</exception>
    public IEnumerable<(long Line, byte[] Raw, string? Fault)> Read()
    {
        if (isArray)
        {
            SkipSpace();
            Move(); // the bracket
        }
        for (SkipSpace(); _next != End && !(isArray && _next == ']'); SkipSpace())
            yield return Value();
        if (isArray)
            CloseArray();
    }

    private void CloseArray()
    {
        if (_next == End)
            throw new InvalidDataException("it is truncated: the array of rows is not closed.");
        Move();
        SkipSpace();
        if (_next != End)
            throw new InvalidDataException($"line {_line}: something follows the array of rows.");
    }

    private (long Line, byte[] Raw, string? Fault) Value()
    {
        var (line, column) = (_line, _column);
        _value.ResetWrittenCount();
        _open.Clear();
        var fault = Scan(line);
        if (fault is not null)
            SkipToNext(column, line);
        return (line, _value.WrittenSpan.ToArray(), fault);
    }

    /// <summary>Takes a value to its end, or to where it breaks.</summary>
    private string? Scan(long line)
    {
        do
        {
            if (_next == End)
                throw new InvalidDataException($"it is truncated: the value that begins in line {line} is not closed.");
            var sign = (byte)_next;
            Take();
            var fault = sign switch
            {
                (byte)'"' => String(line),
                (byte)'{' or (byte)'[' => Opened(sign),
                (byte)'}' or (byte)']' => Closed(sign),
                _ => null,
            };
            if (fault is not null)
                return fault;
        }
        while (_open.Count > 0
            || (_next != End && !IsBetween((byte)_next) && _value.WrittenSpan[0] is not ((byte)'{' or (byte)'[' or (byte)'"')));
        return null;
    }

    private string? Opened(byte sign)
    {
        _open.Push(sign);
        return null;
    }

    private string? Closed(byte sign) =>
        _open.TryPop(out var opened) && opened == (sign == '}' ? '{' : '[')
            ? null
            : $"'{(char)sign}' in line {_line} closes nothing that is open";

    private string? String(long line)
    {
        for (; _next != '"'; Take())
        {
            if (_next == End)
                throw new InvalidDataException($"it is truncated: a string of the value that begins in line {line} is not closed.");
            if (_next is '\n' or '\r')
                return $"a string in line {_line} is not closed";
            if (_next == '\\')
                Take();
        }
        Take();
        return null;
    }

    private void SkipToNext(int column, long line)
    {
        for (var isIndent = false; ; isIndent = isIndent ? _next is ' ' or '\t' or '\n' or '\r' : _next is '\n' or '\r', Take())
        {
            if (_next == End)
            {
                throw new InvalidDataException(
                    $"the value that begins in line {line} is broken, and nothing after it can be told apart from it.");
            }

            if (isIndent && _column <= column && (_next == '{' || (isArray && _next == ']')))
                return;
        }
    }

    private bool IsBetween(byte sign)
        => sign is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' || (isArray && sign is (byte)',' or (byte)']');

    private void SkipSpace()
    {
        while (_next is ' ' or '\t' or '\r' or '\n' || (isArray && _next == ','))
            Move();
    }

    private void Take()
    {
        _value.GetSpan(1)[0] = (byte)_next;
        _value.Advance(1);
        if (_value.WrittenCount > MaxValueBytes)
        {
            throw new InvalidDataException(
                $"a value is longer than {MaxValueBytes / (1024 * 1024)} MiB; is something not closed before line {_line}?");
        }

        Move();
    }

    private void Move()
    {
        var passed = _next;
        _next = content.ReadByte();
        var isLineEnd = passed == '\n' || (passed == '\r' && _next != '\n');
        (_line, _column) = isLineEnd ? (_line + 1, 0) : (_line, _column + 1);
    }
}
