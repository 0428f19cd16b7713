using System.Text;

namespace StreamBert.Monitoring.Inputs;

/// <summary>Returns the same string for the same UTF-8 bytes, without decoding names that were seen recently.</summary>
internal sealed class Utf8Names
{
    private const int Slots = 1 << 14;
    private const int MaxBytes = 128;

    private readonly (byte[] Bytes, string Name)[] _slots = new (byte[], string)[Slots];

    /// <exception cref="DecoderFallbackException">The bytes are not UTF-8.</exception>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxBytes)
            return Decode(utf8);
        ref var slot = ref _slots[Hash(utf8) & (Slots - 1)];
        if (slot.Bytes is { } bytes && utf8.SequenceEqual(bytes))
            return slot.Name;
        slot = (utf8.ToArray(), Decode(utf8));
        return slot.Name;
    }

    private static string Decode(ReadOnlySpan<byte> utf8) => StrictUtf8.GetString(utf8);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = 2166136261u;
        foreach (var value in utf8)
            hash = (hash ^ value) * 16777619u;
        return hash ^ (hash >> 15);
    }
}
