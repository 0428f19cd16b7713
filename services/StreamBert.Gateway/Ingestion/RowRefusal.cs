using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamBert.Gateway.Ingestion;

/// <summary>Tells why rows that were sent together were refused.</summary>
public sealed partial class RowRefusal
{
    private readonly Dictionary<int, string> _reasons = [];

    private RowRefusal(string? tooLarge) => TooLarge = tooLarge;

    /// <summary>Why the rows are too large together; null if they are not.</summary>
    public string? TooLarge { get; }

    /// <summary>Returns the refusal of rows that are too large together.</summary>
    public static RowRefusal OfSize(string message) => new(WithoutIndex(message));

    /// <summary>Returns the refusal by the errors of the request; null if they name none of the rows.</summary>
    /// <param name="errors">The error of each field, such as <c>[3].label</c>.</param>
    /// <param name="count">The number of rows that were sent.</param>
    public static RowRefusal? Of(IReadOnlyDictionary<string, string> errors, int count)
    {
        var refusal = new RowRefusal(null);
        foreach (var (field, error) in errors)
        {
            if (Index().Match(field) is { Success: true } match
                && int.TryParse(match.Groups["index"].ValueSpan, CultureInfo.InvariantCulture, out var index) && index < count)
            {
                refusal._reasons.TryAdd(index, $"{match.Groups["field"].Value}: {error}".TrimStart(':', ' '));
            }
        }
        return refusal._reasons.Count > 0 ? refusal : null;
    }

    /// <summary>Returns the refusal by a message such as <c>[3].label is empty</c>; null if it names none of the rows.</summary>
    /// <param name="message">The message of the request.</param>
    /// <param name="count">The number of rows that were sent.</param>
    public static RowRefusal? OfMessage(string message, int count)
    {
        if (Index().Match(message) is not { Success: true } match)
            return null;
        var row = $"[{match.Groups["index"].Value}]";
        return Of(new Dictionary<string, string> { [row] = match.Groups["field"].Value + message[match.Length..] }, count);
    }

    /// <summary>Returns a message without the index of the row that it begins with.</summary>
    public static string WithoutIndex(string message) => Index().Replace(message, "").TrimStart(':', ' ');

    /// <summary>Returns why a row is refused; null if another one is the reason.</summary>
    public string? FindReason(int index) => TooLarge ?? _reasons.GetValueOrDefault(index);

    /// <summary>Matches the beginning of an error, such as <c>[3].label</c>.</summary>
    [GeneratedRegex(@"^\[(?<index>\d+)\](?:\.(?<field>\w+))?")]
    private static partial Regex Index();
}
