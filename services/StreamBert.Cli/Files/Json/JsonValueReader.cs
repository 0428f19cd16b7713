using System.Buffers;

namespace StreamBert.Cli.Files.Json;

/// <summary>
/// Splits a file into JSON values in bounded memory: the elements of one array, or values one after another, each possibly on several
/// lines. After a malformed value, reading resumes at the next line that begins a value with the same indentation or less.
/// </summary>
internal sealed class JsonValueReader(Stream content, bool isArray)
{
    private const int MaxValueBytes = 64 * 1024 * 1024;
    private const int EndOfFile = -1;
    private readonly ArrayBufferWriter<byte> _value = new();
    private readonly Stack<byte> _openBrackets = new();
    private int _next = content.ReadByte();
    private long _line = 1;
    private int _column;

    /// <exception cref="InvalidDataException">
    /// The file is truncated, or no further value can be recognised after a malformed one.
    /// </exception>
    public IEnumerable<JsonValueText> Read()
    {
        if (isArray)
        {
            SkipWhitespace();
            Skip(); // the opening bracket
        }
        for (SkipWhitespace(); _next != EndOfFile && !(isArray && _next == ']'); SkipWhitespace())
            yield return ReadValue();
        if (isArray)
            ReadArrayEnd();
    }

    private void ReadArrayEnd()
    {
        if (_next == EndOfFile)
            throw new InvalidDataException("it is truncated: the array of rows is not closed.");
        Skip();
        SkipWhitespace();
        if (_next != EndOfFile)
            throw new InvalidDataException($"line {_line}: other content follows the array of rows.");
    }

    private JsonValueText ReadValue()
    {
        var (line, column) = (_line, _column);
        _value.ResetWrittenCount();
        _openBrackets.Clear();
        var fault = Scan(line);
        if (fault is not null)
            SkipToNextValue(column, line);
        return new(line, _value.WrittenSpan.ToArray(), fault);
    }

    /// <summary>Reads a value to its end, or to the first error.</summary>
    private string? Scan(long line)
    {
        do
        {
            if (_next == EndOfFile)
                throw new InvalidDataException($"it is truncated: the value that begins in line {line} is not closed.");
            var character = (byte)_next;
            Take();
            var fault = character switch
            {
                (byte)'"' => ScanString(line),
                (byte)'{' or (byte)'[' => Open(character),
                (byte)'}' or (byte)']' => Close(character),
                _ => null,
            };
            if (fault is not null)
                return fault;
        }
        while (_openBrackets.Count > 0 || IsInsideScalar());
        return null;
    }

    private bool IsInsideScalar() =>
        _next != EndOfFile && !IsBetweenValues((byte)_next) && _value.WrittenSpan[0] is not ((byte)'{' or (byte)'[' or (byte)'"');

    private string? Open(byte bracket)
    {
        _openBrackets.Push(bracket);
        return null;
    }

    private string? Close(byte bracket) => _openBrackets.TryPop(out var opened) && opened == (bracket == '}' ? '{' : '[')
        ? null
        : $"'{(char)bracket}' in line {_line} has no matching opening bracket";

    private string? ScanString(long line)
    {
        for (; _next != '"'; Take())
        {
            if (_next == EndOfFile)
                throw new InvalidDataException($"it is truncated: a string of the value that begins in line {line} is not closed.");
            if (_next is '\n' or '\r')
                return $"a string in line {_line} is not closed";
            if (_next == '\\')
                Take();
        }
        Take();
        return null;
    }

    private void SkipToNextValue(int column, long line)
    {
        for (var isIndent = false; ; isIndent = isIndent ? _next is ' ' or '\t' or '\n' or '\r' : _next is '\n' or '\r', Take())
        {
            if (_next == EndOfFile)
            {
                throw new InvalidDataException(
                    $"the value that begins in line {line} is malformed, and no further value can be recognised after it.");
            }
            if (isIndent && _column <= column && (_next == '{' || (isArray && _next == ']')))
                return;
        }
    }

    private bool IsBetweenValues(byte character) =>
        character is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' || (isArray && character is (byte)',' or (byte)']');

    private void SkipWhitespace()
    {
        while (_next is ' ' or '\t' or '\r' or '\n' || (isArray && _next == ','))
            Skip();
    }

    private void Take()
    {
        _value.GetSpan(1)[0] = (byte)_next;
        _value.Advance(1);
        if (_value.WrittenCount > MaxValueBytes)
        {
            throw new InvalidDataException(
                $"a value is longer than {MaxValueBytes / (1024 * 1024)} MiB; is a string, array or object before line {_line} not "
                    + "closed?");
        }
        Skip();
    }

    private void Skip()
    {
        var skipped = _next;
        _next = content.ReadByte();
        var isLineEnd = skipped == '\n' || (skipped == '\r' && _next != '\n');
        (_line, _column) = isLineEnd ? (_line + 1, 0) : (_line, _column + 1);
    }
}
