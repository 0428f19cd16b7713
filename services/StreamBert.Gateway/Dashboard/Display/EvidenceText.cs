using StreamBert.Gateway.Localization;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Explains the statistical evidence of an alert.</summary>
internal static class EvidenceText
{
    /// <summary>P-values below this are reported as a bound: the tail approximations are no more precise.</summary>
    private const double MinPValue = 1e-9;

    /// <summary>Explains a p-value or an e-value to a reader who is not a statistician.</summary>
    public static string Explain(double value, string kind)
    {
        if (IsCount(kind))
            return L["An exact count; no statistical test applies."];
        if (kind.StartsWith("e-value", StringComparison.OrdinalIgnoreCase))
        {
            return L["If nothing had changed, the e-value would ever reach {0} with a probability of at most 1 in {1}.",
                DisplayText.Number(value), OneIn(1 / value)];
        }

        return value < MinPValue
            ? L["If nothing had changed, chance alone would cause this less than once in a billion windows."]
            : L["If nothing had changed, chance alone would cause this about once in {0} windows.", OneIn(value)];
    }

    /// <summary>Formats the value with its symbol and test, such as "p = 0.0003 (beta-binomial tail)".</summary>
    public static string Format(double value, string kind)
    {
        if (IsCount(kind))
            return "";
        var parts = kind.Split(',', 2, StringSplitOptions.TrimEntries);
        var symbol = parts[0].Split('-')[0];
        var number = symbol == "p" && value < MinPValue ? "< 1e-9" : $"= {DisplayText.Number(value)}";
        return parts.Length > 1 ? $"{symbol} {number} ({parts[1]})" : $"{symbol} {number}";
    }

    private static bool IsCount(string kind) => kind.StartsWith("count", StringComparison.Ordinal);

    private static string OneIn(double probability)
    {
        var times = 1 / probability;
        if (times >= 1e6)
            return L["{0} million", ReaderLanguage.IsChinese ? DisplayText.Millions(100 * times) : DisplayText.Millions(times)];
        var magnitude = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(times)) - 1));
        return DisplayText.Count((long)(Math.Round(times / magnitude) * magnitude));
    }
}
