namespace StreamBert.Streaming.State.Connection;

/// <summary>
/// Follows the frames of a server's answers (RESP2 and RESP3) as their bytes come, without keeping them, and refuses what no answer to
/// StreamBert has: lengths that are none or too large,
/// nesting without end, other types, lines without an end. The client would take such lengths at their word, and fill the memory or read
/// beyond its own buffers.
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

    /// <exception cref="InvalidDataException">The bytes are no answer that StreamBert can get; the connection is of no more
    /// use.</exception>
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

    /// <returns>How many of the bytes belong to the bulk string, at least one.</returns>
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
                    throw Refused("a line of it has no end");
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
                Ended();
                break;
            default:
                throw Refused("a frame of it does not end where it says");
        }
    }

    private void Begin(byte type)
    {
        (_type, _length, _line, _negative) = (type, 0, 0, false);
        _state = (char)type switch
        {
            '+' or '-' or ':' or ',' or '(' or '#' or '_' => State.Line,
            '$' or '=' or '!' or '*' or '~' or '>' or '%' or '|' => State.Length,
            _ => throw Refused($"no frame begins with the byte 0x{type:x2}"),
        };
    }

    private void AddDigit(byte digit)
    {
        if (digit == '-' && _line == 0)
            _negative = true;
        else if (char.IsAsciiDigit((char)digit))
            _length = _length * 10 + (digit - '0');
        else
            throw Refused("a length of it is no number");
        if (++_line > 10)
            throw Refused("a length of it is beyond all limits");
    }

    private void EndLine()
    {
        if (_type is (byte)'+' or (byte)'-' or (byte)':' or (byte)',' or (byte)'(' or (byte)'#' or (byte)'_')
            Ended();
        else if (_line == 0 || (_negative && _length != 1))
            throw Refused("a length of it is none");
        else if (_negative)
            Ended();
        else if (_type is (byte)'$' or (byte)'=' or (byte)'!')
            BeginBulk();
        else
            BeginElements();
    }

    private void BeginBulk()
    {
        if (_length > MaxBulkBytes)
            throw Refused($"it announces a value of {_length:N0} bytes; {MaxBulkBytes:N0} are read");
        _state = _length == 0 ? State.BulkReturn : State.Bulk;
    }

    private void BeginElements()
    {
        var elements = _type is (byte)'%' or (byte)'|' ? 2 * _length : _length;
        if (elements > MaxElements || _left.Count >= MaxDepth)
        {
            throw Refused(elements > MaxElements
                ? $"it announces {elements:N0} elements; {MaxElements:N0} are read"
                : $"it nests deeper than {MaxDepth}");
        }

        if (elements == 0)
        {
            Ended();
            return;
        }
        _left.Push(elements);
        _state = State.Type;
    }

    /// <summary>A value has ended, and with it every aggregate whose last value it was.</summary>
    private void Ended()
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

    private static InvalidDataException Refused(string what) => new($"The answer is none of a Redis server: {what}.");
}
