using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamBert.Model.Tokenization.WordPiece;

/// <summary>
/// The tokens of at most 16 ASCII letters and digits, which running text mostly consists of, in an open-addressing hash table. A token is
/// its own key in one vector register, so that a lookup takes one comparison. Slots are small and keys are in the order of the vocabulary,
/// which is by frequency, so that frequent tokens stay in the nearest cache.
/// </summary>
internal sealed class ShortTokenTable
{
    private const int MaxLength = TokenizerLimits.VectorLength;
    private const int TagBits = 10;
    private const uint TagMask = uint.MaxValue << (32 - TagBits);
    private static readonly byte[] Masks = [.. Enumerable.Repeat((byte)0xFF, MaxLength), .. new byte[MaxLength]];

    private readonly uint[] _slots; // a tag and the number of the entry, counted from 1; 0 is empty
    private readonly Vector128<byte>[] _keys;
    private readonly int[] _ids;
    private readonly int _shift;

    public ShortTokenTable(IEnumerable<(string Token, int Id)> tokens)
    {
        var fitting = tokens.Where(static token => token.Token.Length is > 0 and <= MaxLength && token.Token.All(char.IsAsciiLetterOrDigit))
            .Take((int)~TagMask).ToList();
        _shift = 64 - 4 - BitOperations.Log2((uint)fitting.Count / 8 + 1); // at most half full
        _slots = new uint[1 << (64 - _shift)];
        _keys = [.. fitting.Select(static token => ToKey(token.Token))];
        _ids = [.. fitting.Select(static token => token.Id)];
        for (var entry = 0; entry < _keys.Length; entry++) Insert(entry);
    }

    /// <summary>Returns the first bytes of a vector, followed by zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Truncate(Vector128<byte> letters, int length) =>
        letters & Vector128.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(Masks), (nuint)(MaxLength - length));

    /// <returns>The id of the token, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(Vector128<byte> token)
    {
        var hash = Hash(token);
        for (var index = (int)(hash >> _shift); ; index = (index + 1) & (_slots.Length - 1))
        {
            // The shift keeps the index inside the table, which the compiler cannot prove.
            var slot = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), index);
            if (slot == 0) return -1;
            if (((slot ^ (uint)hash) & TagMask) != 0) continue;
            var entry = (int)(slot & ~TagMask) - 1;
            if (_keys[entry] == token) return _ids[entry];
        }
    }

    private static ulong Hash(Vector128<byte> token)
    {
        var halves = token.AsUInt64();
        return (halves[0] ^ (halves[1] * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93;
    }

    private static Vector128<byte> ToKey(string token)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        bytes.Clear();
        for (var i = 0; i < token.Length; i++) bytes[i] = (byte)token[i];
        return Vector128.Create<byte>(bytes);
    }

    private void Insert(int entry)
    {
        var hash = Hash(_keys[entry]);
        var index = (int)(hash >> _shift);
        while (_slots[index] != 0) index = (index + 1) & (_slots.Length - 1);
        _slots[index] = ((uint)hash & TagMask) | (uint)(entry + 1);
    }
}
