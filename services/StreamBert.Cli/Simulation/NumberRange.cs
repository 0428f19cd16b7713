using System.Globalization;

namespace StreamBert.Cli.Simulation;

/// <summary>Represents a range of numbers in a grammar, such as <c>2-9</c> or <c>0.4-6.5</c>.</summary>
internal readonly record struct NumberRange(double Low, double High, int Decimals)
{
    public static bool TryParse(string placeholder, out NumberRange range)
    {
        range = default;
        var dash = placeholder.IndexOf('-');
        if (dash <= 0 || !TryParseNumber(placeholder[..dash], out var low) || !TryParseNumber(placeholder[(dash + 1)..], out var high))
            return false;
        var point = placeholder.IndexOf('.');
        range = new(low, high, point < 0 ? 0 : dash - point - 1);
        return true;
    }

    public string Draw(Random random)
    {
        var value = Low + random.NextDouble() * (High - Low);
        return value.ToString(Decimals == 0 ? "N0" : $"F{Decimals}", CultureInfo.InvariantCulture);
    }

    private static bool TryParseNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
}
