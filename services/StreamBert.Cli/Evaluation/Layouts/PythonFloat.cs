using System.Globalization;

namespace StreamBert.Cli.Evaluation.Layouts;

/// <summary>Formats numbers as Python's format specification <c>.2f</c> does.</summary>
internal static class PythonFloat
{
    /// <summary>Formats a number between 0 and 1. Unlike .NET, Python rounds an exact tie, such as 0.125, to the even digit.</summary>
    public static string Format(double value, int digits)
    {
        var power = Math.Pow(10, digits);
        var scaled = value * power;
        // The product of an exact tie has no rounding error: a tie is a multiple of a small power of two.
        var isTie = scaled - Math.Floor(scaled) == 0.5 && Math.FusedMultiplyAdd(value, power, -scaled) == 0;
        var rounded = isTie ? Math.Round(scaled, MidpointRounding.ToEven) / power : value;
        return rounded.ToString($"F{digits}", CultureInfo.InvariantCulture);
    }
}
