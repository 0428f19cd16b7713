using System.Text.RegularExpressions;

namespace StreamBert.Alerting.Receivers.Messages;

/// <summary>
/// Fills the placeholders of a configured title or text, each a name in braces. A value is inserted as it is: a brace in it is no
/// placeholder.
/// </summary>
internal static partial class MessageTemplate
{
    /// <summary>The names of the values, in the order of the documentation.</summary>
    private static readonly string[] Names = ["title", "message", "status", "severity", "pipeline", "kind", "segment", "count", "url"];

    /// <summary>The placeholders.</summary>
    public static IEnumerable<string> Placeholders => Names.Select(static name => $"{{{name}}}");

    /// <summary>Returns the first placeholder of a template that does not exist; null if there is none.</summary>
    public static string? FindUnknown(string template) => Placeholder().Matches(template)
        .Select(static match => match.Value).FirstOrDefault(static used => !Names.Contains(used[1..^1]));

    /// <summary>Replaces the placeholders of a template that was checked.</summary>
    /// <param name="template">The template.</param>
    /// <param name="value">Returns the value of a name.</param>
    public static string Fill(string template, Func<string, string> value) =>
        Placeholder().Replace(template, match => value(match.Value[1..^1]));

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Placeholder();
}
