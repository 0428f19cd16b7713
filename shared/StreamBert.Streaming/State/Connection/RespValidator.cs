namespace StreamBert.Streaming.State.Connection;

/// <summary>
/// Validates the frames of a server's responses (RESP2 and RESP3) while their bytes arrive, without storing them. It rejects what no
/// response to StreamBert contains: invalid or too large lengths, endless nesting, unknown types, endless lines. The client would trust
/// such lengths, and fill the memory or read beyond its own buffers.
/// </summary>
internal sealed class RespValidator
{
    internal const long MaxBulkBytes = 64L * 1024 * 1024;
    internal const long MaxElements = 4L * 1024 * 1024;
    internal const int MaxDepth = 16, MaxLineBytes = 16 * 1024;

    private readonly Stack<long> _left = [];
    private State _state = State.Type;
    private byte _type;
    private long _length, _line;
    private bool _negative;

    private enum State
    {
        Type,
        Line,
        LineFeed,
        Length,
        Bulk,
        BulkReturn,
        BulkFeed,
    }

    /// <exception cref="InvalidDataException">The bytes are not a valid response; the connection cannot be used any more.</exception>
    public void Check(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at++)
        {
            if (_state == State.Bulk)
                at += Skip(bytes.Length - at) - 1;
            else
                Check(bytes[at]);
        }
    }

    /// <returns>The number of bytes that belong to the bulk string, at least one.</returns>
    private int Skip(int available)
    {
        var skipped = (int)Math.Min(_length, available);
        _length -= skipped;
        if (_length == 0)
            _state = State.BulkReturn;
        return skipped;
    }

    private void Check(byte next)
    {
        switch (_state)
        {
            case State.Type:
                Begin(next);
                break;
            case State.Line when next == '\r':
                _state = State.LineFeed;
                break;
            case State.Line:
                if (++_line > MaxLineBytes || next == '\n')
                    throw Invalid("a line does not end");
                break;
            case State.Length when next == '\r':
                _state = State.LineFeed;
                break;
            case State.Length:
                AddDigit(next);
                break;
            case State.LineFeed when next == '\n':
                EndLine();
                break;
            case State.BulkReturn when next == '\r':
                _state = State.BulkFeed;
                break;
            case State.BulkFeed when next == '\n':
                EndValue();
                break;
            default:
                throw Invalid("a frame does not end where its length says");
        }
    }

    private void Begin(byte type)
    {
        (_type, _length, _line, _negative) = (type, 0, 0, false);
        _state = (char)type switch
        {
            '+' or '-' or ':' or ',' or '(' or '#' or '_' => State.Line,
            '$' or '=' or '!' or '*' or '~' or '>' or '%' or '|' => State.Length,
            _ => throw Invalid($"no frame begins with the byte 0x{type:x2}"),
        };
    }

    private void AddDigit(byte digit)
    {
        if (digit == '-' && _line == 0)
            _negative = true;
        else if (char.IsAsciiDigit((char)digit))
            _length = _length * 10 + (digit - '0');
        else
            throw Invalid("a length is not a number");
        if (++_line > 10)
            throw Invalid("a length exceeds all limits");
    }

    private void EndLine()
    {
        if (_type is (byte)'+' or (byte)'-' or (byte)':' or (byte)',' or (byte)'(' or (byte)'#' or (byte)'_')
            EndValue();
        else if (_line == 0 || (_negative && _length != 1))
            throw Invalid("a length is missing or negative");
        else if (_negative)
            EndValue();
        else if (_type is (byte)'$' or (byte)'=' or (byte)'!')
            BeginBulk();
        else
            BeginElements();
    }

    private void BeginBulk()
    {
        if (_length > MaxBulkBytes)
            throw Invalid($"it announces a value of {_length:N0} bytes; {MaxBulkBytes:N0} are read");
        _state = _length == 0 ? State.BulkReturn : State.Bulk;
    }

    private void BeginElements()
    {
        var elements = _type is (byte)'%' or (byte)'|' ? 2 * _length : _length;
        if (elements > MaxElements || _left.Count >= MaxDepth)
        {
            throw Invalid(elements > MaxElements
                ? $"it announces {elements:N0} elements; {MaxElements:N0} are read"
                : $"it nests deeper than {MaxDepth}");
        }

        if (elements == 0)
        {
            EndValue();
            return;
        }
        _left.Push(elements);
        _state = State.Type;
    }

    /// <summary>Ends a value, and with it every aggregate whose last value it is.</summary>
    private void EndValue()
    {
        _state = State.Type;
        while (_left.TryPop(out var left))
        {
            if (left > 1)
            {
                _left.Push(left - 1);
                return;
            }
        }
    }

    private static InvalidDataException Invalid(string what) => new($"The response is not one of a Redis server: {what}.");
}
