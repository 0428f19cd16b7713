using System.Text.RegularExpressions;

namespace StreamBert.Tests.Contracts;

/// <summary>Reads docs/events.md: the table of fields and the example of each record.</summary>
internal sealed partial class EventsPage
{
    private EventsPage(string text) => Text = text;

    public string Text { get; }

    public static EventsPage Read()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "docs", "events.md")))
            directory = directory.Parent;
        return new(File.ReadAllText(Path.Combine(directory!.FullName, "docs", "events.md")));
    }

    /// <summary>Returns the names of the records and parts that have a section.</summary>
    public IReadOnlyList<string> Sections() => [.. Heading().Matches(Text).Select(static heading => heading.Groups["name"].Value)];

    /// <summary>Returns the rows of a section's table: field, type and whether it is required.</summary>
    public IReadOnlyList<DocumentedField> FieldsOf(string name) =>
    [
        .. Row().Matches(SectionOf(name)).Select(static row =>
            new DocumentedField(row.Groups["field"].Value, Link().Replace(row.Groups["type"].Value, "$1"),
                row.Groups["required"].Value == "yes")),
    ];

    /// <summary>Returns the JSON examples of a section.</summary>
    public IReadOnlyList<string> ExamplesOf(string name) =>
        [.. Example().Matches(SectionOf(name)).Select(static match => match.Groups["json"].Value)];

    private string SectionOf(string name)
    {
        var start = Text.IndexOf($"\n### {name}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/events.md has no section {name}");
        var next = NextHeading().Match(Text, start + name.Length + 5);
        return next.Success ? Text[start..next.Index] : Text[start..];
    }

    [GeneratedRegex("^### (?<name>[A-Za-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^##", RegexOptions.Multiline)]
    private static partial Regex NextHeading();

    [GeneratedRegex(@"^\| `(?<field>\w+)` \| (?<type>[^|]+?) \| (?<required>yes)? ?\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\[(\w+)\]\(#\w+\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```json\n(?<json>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}

/// <summary>Holds a row of a table of fields.</summary>
internal sealed record DocumentedField(string Name, string Type, bool IsRequired);
