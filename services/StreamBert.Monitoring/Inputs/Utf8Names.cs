using System.Runtime.InteropServices;
using StreamBert.Monitoring.Counts;

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
            hash = ClusterKey.Mix(hash ^ MemoryMarshal.Read<ulong>(utf8));
        foreach (var value in utf8)
            hash = hash << 8 | value;
        return (uint)(ClusterKey.Mix(hash) >> 32);
    }
}
