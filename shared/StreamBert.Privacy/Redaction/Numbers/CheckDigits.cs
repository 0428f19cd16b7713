namespace StreamBert.Privacy.Redaction.Numbers;

/// <summary>Computes check digits of numbers written as ASCII digits.</summary>
internal static class CheckDigits
{
    /// <summary>Verhoeff's multiplication in the dihedral group D5 and his permutation ("Error Detecting Decimal Codes", 1969).</summary>
    private static readonly byte[][] D5 =
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1], [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];

    private static readonly byte[][] Permutations = CreatePermutations();

    public static bool Luhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var value = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? value : value < 5 ? 2 * value : 2 * value - 9;
        }
        return sum % 10 == 0;
    }

    public static bool Verhoeff(ReadOnlySpan<char> digits)
    {
        byte check = 0;
        for (var i = 0; i < digits.Length; i++)
            check = D5[check][Permutations[i % 8][digits[^(i + 1)] - '0']];
        return check == 0;
    }

    /// <summary>Computes the weighted sum of digits.</summary>
    public static int Weighted(ReadOnlySpan<char> digits, params ReadOnlySpan<int> weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++)
            sum += (digits[i] - '0') * weights[i];
        return sum;
    }

    /// <summary>ISO 7064, MOD 11,10: hybrid, one check digit at the end.</summary>
    public static bool Mod11And10(ReadOnlySpan<char> digits)
    {
        var product = 10;
        foreach (var digit in digits[..^1])
        {
            var sum = (digit - '0' + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        return (11 - product) % 10 == digits[^1] - '0';
    }

    /// <summary>Computes the remainder by 97 of digits and of letters that count 10 to 35 (ISO 7064, MOD 97-10).</summary>
    public static int Mod97(ReadOnlySpan<char> alphanumeric, int remainder = 0)
    {
        foreach (var c in alphanumeric)
            remainder = char.IsAsciiDigit(c) ? (remainder * 10 + (c - '0')) % 97 : (remainder * 100 + ((c & ~0x20) - 'A' + 10)) % 97;
        return remainder;
    }

    private static byte[][] CreatePermutations()
    {
        byte[] step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
        var all = new byte[8][];
        all[0] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        for (var i = 1; i < all.Length; i++)
            all[i] = [.. all[i - 1].Select(digit => step[digit])];
        return all;
    }
}
