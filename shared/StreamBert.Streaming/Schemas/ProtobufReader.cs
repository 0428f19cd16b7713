using System.Text;
using System.Text.Unicode;

namespace StreamBert.Streaming.Schemas;

/// <summary>Lists Protobuf's wire types by their numbers.</summary>
internal enum WireType
{
    Varint = 0,
    Eight = 1,
    Length = 2,
    Group = 3,
    GroupEnd = 4,
    Four = 5,
}

/// <summary>Reads the fields of a message.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxVarintLength = 10;
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Reads the next tag; returns false at the end.</summary>
    public bool TryReadTag(out int number, out WireType wire)
    {
        (number, wire) = (0, WireType.Varint);
        if (_rest.IsEmpty)
            return false;
        var tag = Varint(Read(WireType.Varint));
        (number, wire) = ((int)(tag >> 3), (WireType)(tag & 7));
        return number > 0 ? true : throw InvalidMessage("a field has the number 0");
    }

    /// <summary>Reads the bytes of the next value; for a group, those before its end.</summary>
    public ReadOnlySpan<byte> Read(WireType wire) => wire switch
    {
        WireType.Varint => Take(VarintLength()),
        WireType.Eight => Take(8),
        WireType.Four => Take(4),
        WireType.Length => Take(Varint(Take(VarintLength()))),
        WireType.Group => ReadGroup(),
        _ => throw InvalidMessage($"there is no wire type {(int)wire}"),
    };

    public static ulong Varint(ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var index = 0; index < bytes.Length; index++)
            value |= (ulong)(bytes[index] & 0x7f) << (7 * index);
        return value;
    }

    public static string Text(ReadOnlySpan<byte> utf8)
        => Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : throw InvalidMessage("a string is not UTF-8");

    private ReadOnlySpan<byte> ReadGroup()
    {
        var start = _rest;
        var open = 1;
        while (TryReadTag(out _, out var wire))
        {
            if (wire == WireType.Group) open++;
            else if (wire != WireType.GroupEnd) Read(wire);
            else if (--open == 0) return start[..(start.Length - _rest.Length)];
        }
        throw InvalidMessage("a group has no end");
    }

    private readonly ulong VarintLength()
    {
        for (var index = 0; index < Math.Min(MaxVarintLength, _rest.Length); index++)
        {
            if (_rest[index] < 0x80)
                return (ulong)index + 1;
        }

        throw InvalidMessage("a number does not end");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
            throw InvalidMessage("it is truncated");
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    private static InvalidDataException InvalidMessage(string why) => new($"the message is invalid: {why}");
}
