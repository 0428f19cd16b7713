using System.Text.RegularExpressions;

namespace StreamBert.Contracts;

/// <summary>
/// Compares one label of an alert with a value, as the matchers of Prometheus Alertmanager do: <c>name=value</c>, <c>name!=value</c>,
/// <c>name=~regex</c> or <c>name!~regex</c>. An absent label has the empty value. A regular expression must match the whole value.
/// </summary>
public sealed partial class AlertMatcher
{
    private const int MaxLength = 1_000;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private readonly string _sign;
    private readonly Regex? _pattern;

    private AlertMatcher(string name, string sign, string value, Regex? pattern)
    {
        (Name, _sign, Value, _pattern) = (name, sign, value, pattern);
    }

    /// <summary>The name of the label.</summary>
    public string Name { get; }

    /// <summary>The value or the regular expression.</summary>
    public string Value { get; }

    private bool IsNegated => _sign[0] == '!';

    /// <summary>Reads a matcher.</summary>
    /// <param name="text">The matcher; the value may be in double quotes.</param>
    /// <param name="matcher">The matcher, if there is no fault.</param>
    /// <returns>What is wrong with the text; null if nothing is.</returns>
    public static string? TryParse(string text, out AlertMatcher matcher)
    {
        matcher = null!;
        if (text.Length > MaxLength || Syntax().Match(text) is not { Success: true } parts)
            return "is no matcher; write name=value, name!=value, name=~regex or name!~regex, of at most 1,000 characters";
        var (sign, value) = (parts.Groups["sign"].Value, Unquoted(parts.Groups["value"].Value.Trim()));
        try
        {
            var pattern = sign[^1] != '~' ? null
                : new Regex($"^(?:{value})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Timeout);
            matcher = new(parts.Groups["name"].Value.Trim(), sign, value, pattern);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return $"has an invalid regular expression: {e.Message}";
        }
    }

    /// <summary>Reads matchers that were checked when they were stored or configured.</summary>
    /// <exception cref="FormatException">One is invalid.</exception>
    public static IReadOnlyList<AlertMatcher> Parse(IEnumerable<string> texts) =>
    [
        .. texts.Select(static text =>
            TryParse(text, out var matcher) is { } fault ? throw new FormatException($"'{text}' {fault}.") : matcher),
    ];

    /// <summary>Tells whether an alert has all that matchers ask for. No matchers match every alert.</summary>
    public static bool MatchAll(IReadOnlyList<AlertMatcher> matchers, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var matcher in matchers)
        {
            if (!matcher.Matches(labels))
                return false;
        }
        return true;
    }

    /// <summary>Tells whether an alert with these <see cref="AlertLabels"/> matches.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var actual = labels.GetValueOrDefault(Name) ?? "";
        return (_pattern?.IsMatch(actual) ?? actual == Value) != IsNegated;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}{_sign}{Value}";

    private static string Unquoted(string value) => value is ['"', .., '"'] ? value[1..^1] : value;

    [GeneratedRegex(@"^(?<name>[^=!~""]*[^=!~""\s][^=!~""]*)(?<sign>=~|!~|!=|=)(?<value>.*)$", RegexOptions.Singleline)]
    private static partial Regex Syntax();
}
