using System.Runtime.InteropServices;

namespace StreamBert.Monitoring.Inputs;

/// <summary>Returns the same string for the same UTF-8 bytes, without decoding names again that are still in its set of slots.</summary>
internal sealed class Utf8Names
{
    private const int Slots = 1 << 14, Ways = 4;
    private const int MaxBytes = 128;

    private readonly (byte[] Bytes, string Name)[] _slots = new (byte[], string)[Slots];
    private int _replaced;

    /// <inheritdoc cref="CompactJsonString.Decode"/>
    public string Get(CompactJsonString text)
    {
        var utf8 = text.Raw;
        if (text.IsEscaped || utf8.Length > MaxBytes)
            return text.Decode();
        var set = _slots.AsSpan((int)(Hash(utf8) % (Slots / Ways)) * Ways, Ways);
        foreach (var (bytes, known) in set)
        {
            if (bytes is not null && utf8.SequenceEqual(bytes))
                return known;
        }
        var name = text.Decode();
        set[_replaced++ & (Ways - 1)] = (utf8.ToArray(), name);
        return name;
    }

    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = (ulong)utf8.Length;
        for (; utf8.Length >= sizeof(ulong); utf8 = utf8[sizeof(ulong)..])
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(utf8));
        var tail = 0UL;
        foreach (var value in utf8)
            tail = (tail << 8) | value;
        return (uint)(Mix(hash ^ tail) >> 32);
    }

    /// <summary>The finalizer of MurmurHash3, by which every bit depends on all others.</summary>
    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }
}
