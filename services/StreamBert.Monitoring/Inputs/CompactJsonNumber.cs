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
        if (!TryToDouble(out var precise) || (Math.Abs(precise) < 1e-30 && Digits > 0))
            return false;
        value = (float)precise;
        return Math.Abs((BitConverter.DoubleToInt64Bits(precise) & LowBits) - Tie) > 1;
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
