using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace StreamBert.Monitoring.Inputs;

/// <summary>A number at the beginning of some JSON: its digits as an integer, and the number of them after the point.</summary>
internal readonly struct CompactJsonNumber
{
    /// <summary>The number of digits that always fit into 64 bits.</summary>
    private const int MaxDigits = 19;

    /// <summary>All integers up to here are exact as <see langword="double"/>.</summary>
    private const ulong MaxExact = 1UL << 53;

    /// <summary>The bits of a <see langword="double"/> that a <see langword="float"/> lacks, and half of their range.</summary>
    private const long LowBits = (1L << 29) - 1, Tie = 1L << 28;

    /// <summary>Eight characters '0'; what makes a byte above 9 exceed 127; the bits that show it.</summary>
    private const ulong Zeros = 0x3030303030303030, NoDigits = 0x7676767676767676, HighBits = 0x8080808080808080;

    private static readonly double[] PowersOfTen = [.. Enumerable.Range(0, 23).Select(static power => Math.Pow(10, power))];

    /// <summary>The number of characters; 0 if there is no valid number.</summary>
    public int Length { get; private init; }
    public bool IsNegative { get; private init; }
    public ulong Digits { get; private init; }

    /// <summary>The number of digits after the point.</summary>
    public int Decimals { get; private init; }

    /// <summary>Whether <see cref="Digits"/> holds all digits, and there is no exponent.</summary>
    public bool IsPlain { get; private init; }

    /// <summary>Whether it has neither a point nor an exponent, and its digits fit.</summary>
    public bool IsInteger => IsPlain && Decimals == 0;

    /// <summary>
    /// Reads the number with which some JSON begins, if it is a short one such as 0.0625: one digit, a point, one to seven digits. Eight
    /// characters are examined at once, as in simdjson (Langdale and Lemire 2019). The value is the nearest one.
    /// </summary>
    /// <returns>The number of characters; 0 if the number is another one.</returns>
    public static int ReadShort(ReadOnlySpan<byte> utf8, out double value)
    {
        value = 0;
        var start = utf8 is [(byte)'-', ..] ? 1 : 0;
        if (utf8.Length < start + 2 + sizeof(ulong) || (uint)(utf8[start] - '0') > 9 || utf8[start + 1] != '.')
            return 0;
        var digits = BinaryPrimitives.ReadUInt64LittleEndian(utf8[(start + 2)..]) ^ Zeros;
        var count = BitOperations.TrailingZeroCount(((digits + NoDigits) | digits) & HighBits) / 8;
        if (count is 0 or sizeof(ulong) || (utf8[start + 2 + count] | 0x20) == 'e')
            return 0;
        var decimals = ValueOf(digits << (64 - (8 * count)));
        value = ((utf8[start] - '0') * PowersOfTen[count] + decimals) / PowersOfTen[count];
        value = start > 0 ? -value : value;
        return start + 2 + count;
    }

    /// <summary>Finds the number with which some JSON begins.</summary>
    public static CompactJsonNumber Scan(ReadOnlySpan<byte> utf8)
    {
        var digits = 0UL;
        var start = utf8 is [(byte)'-', ..] ? 1 : 0;
        var count = CountDigits(utf8, start, ref digits);
        if (count == 0 || (count > 1 && utf8[start] == '0'))
            return default;
        var (position, decimals) = (start + count, 0);
        if (position < utf8.Length && utf8[position] == '.')
        {
            decimals = CountDigits(utf8, position + 1, ref digits);
            if (decimals == 0)
                return default;
            position += 1 + decimals;
        }
        var exponent = position < utf8.Length && (utf8[position] | 0x20) == 'e' ? CountExponent(utf8[position..]) : 0;
        return exponent < 0 ? default : new()
        {
            Length = position + exponent,
            IsNegative = start > 0,
            Digits = digits,
            Decimals = decimals,
            IsPlain = exponent == 0 && count + decimals <= MaxDigits,
        };
    }

    /// <summary>
    /// Converts the number exactly to the nearest value: the quotient of two exact values is rounded once (Clinger 1990). False if its
    /// digits or the power of ten are not exact.
    /// </summary>
    public bool TryToDouble(out double value)
    {
        value = 0;
        if (!IsPlain || Digits > MaxExact || Decimals >= PowersOfTen.Length)
            return false;
        value = (long)Digits / PowersOfTen[Decimals];
        value = IsNegative ? -value : value;
        return true;
    }

    /// <summary>
    /// Converts the number to the nearest value. False also where the nearest <see langword="double"/> is so close to the middle of two
    /// values that its own rounding could decide.
    /// </summary>
    public bool TryToSingle(out float value)
    {
        value = 0;
        return TryToDouble(out var precise) && (Math.Abs(precise) >= 1e-30 || Digits == 0) && TryToSingle(precise, out value);
    }

    /// <summary>
    /// Converts a value that was rounded once. False if it is so close to the middle of two values that this could decide.
    /// </summary>
    public static bool TryToSingle(double precise, out float value)
    {
        value = (float)precise;
        return Math.Abs((BitConverter.DoubleToInt64Bits(precise) & LowBits) - Tie) > 1;
    }

    /// <summary>
    /// Returns the value of eight digits, the most significant one in the lowest byte: pairs, then fours, then all are joined.
    /// </summary>
    private static uint ValueOf(ulong digits)
    {
        const ulong Pairs = 0x000000FF000000FF;
        digits = (digits * 10) + (digits >> 8);
        return (uint)((((digits & Pairs) * 0x000F424000000064) + (((digits >> 16) & Pairs) * 0x0000271000000001)) >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountDigits(ReadOnlySpan<byte> utf8, int start, ref ulong digits)
    {
        var position = start;
        for (; position < utf8.Length && (uint)(utf8[position] - '0') <= 9; position++)
            digits = digits * 10 + (uint)(utf8[position] - '0');
        return position - start;
    }

    /// <summary>Returns the length of an exponent; -1 if it is invalid.</summary>
    private static int CountExponent(ReadOnlySpan<byte> utf8)
    {
        var start = utf8.Length > 1 && utf8[1] is (byte)'+' or (byte)'-' ? 2 : 1;
        var ignored = 0UL;
        var count = CountDigits(utf8, start, ref ignored);
        return count == 0 ? -1 : start + count;
    }
}
