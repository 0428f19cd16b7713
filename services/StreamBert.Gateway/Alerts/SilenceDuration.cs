using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamBert.Gateway.Alerts;

/// <summary>Reads durations as Prometheus writes them: <c>30m</c>, <c>4h</c>, <c>1d12h</c>.</summary>
internal static partial class SilenceDuration
{
    /// <returns>Null if the text is no duration.</returns>
    public static TimeSpan? Parse(string text)
    {
        if (text.Length == 0 || Syntax().Match(text.Trim()) is not { Success: true } parts)
            return null;
        var duration = TimeSpan.FromDays(7 * Read("w") + Read("d")) + TimeSpan.FromHours(Read("h")) + TimeSpan.FromMinutes(Read("m"))
            + TimeSpan.FromSeconds(Read("s"));
        return duration;

        int Read(string unit) => parts.Groups[unit] is { Success: true, Value: var number }
            ? int.Parse(number, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"^(?:(?<w>[0-9]{1,4})w)?(?:(?<d>[0-9]{1,5})d)?(?:(?<h>[0-9]{1,5})h)?(?:(?<m>[0-9]{1,6})m)?(?:(?<s>[0-9]{1,7})s)?$")]
    private static partial Regex Syntax();
}
