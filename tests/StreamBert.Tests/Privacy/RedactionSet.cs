using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamBert.Contracts;
using StreamBert.Privacy.Redaction;
using StreamBert.Tests.Streaming.Hosting.Health;

namespace StreamBert.Tests.Privacy;

/// <summary>A text and the personal data that a person sees in it.</summary>
internal sealed record RedactionCase(string Text, IReadOnlyList<RedactionSpan> Spans);

/// <summary>
/// The labelled set <c>redaction-cases.jsonl</c>. A line holds who made it (<c>hand</c>, or <c>template</c>: <see
/// cref="RedactionTemplates"/>) and the text, in which
/// personal data are marked as <c>⟦type|value⟧</c>.
/// </summary>
internal static partial class RedactionSet
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string File { get; } = Source("tests", "StreamBert.Tests", "Privacy", "redaction-cases.jsonl");
    public static string Page { get; } = Source("docs", "protect-personal-data.md");

    /// <summary>Set to write what the tests otherwise compare: the templated cases and the table of the page.</summary>
    public static bool Writes => Environment.GetEnvironmentVariable("STREAMBERT_WRITE_REDACTION") == "1";

    public static IReadOnlyList<RedactionCase> Read() => [.. Lines().Select(static line => Parse(line.Text))];

    public static IReadOnlyList<(string By, string Text)> Lines() => [.. System.IO.File.ReadLines(File).Select(static line =>
    {
        using var json = JsonDocument.Parse(line);
        return (json.RootElement.GetProperty("by").GetString()!, json.RootElement.GetProperty("text").GetString()!);
    })];

    public static void Write(IEnumerable<(string By, string Text)> lines) => System.IO.File.WriteAllLines(
        File, lines.Select(static line => JsonSerializer.Serialize(new { by = line.By, text = line.Text }, Readable)));

    private static RedactionCase Parse(string marked)
    {
        var text = new StringBuilder();
        var spans = new List<RedactionSpan>();
        var at = 0;
        foreach (Match mark in Mark().Matches(marked))
        {
            text.Append(marked, at, mark.Index - at);
            spans.Add(new(mark.Groups[1].Value, text.Length, text.Length + mark.Groups[2].Length));
            text.Append(mark.Groups[2].Value);
            at = mark.Index + mark.Length;
        }
        return new(text.Append(marked, at, marked.Length - at).ToString(), spans);
    }

    private static string Source(params string[] path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder!.FullName, "StreamBert.sln"))) folder = folder.Parent;
        return Path.Combine([folder.FullName, .. path]);
    }

    [GeneratedRegex("⟦(\\w+)\\|([^⟧]*)⟧")]
    private static partial Regex Mark();
}

/// <summary>How well a type is found. A find counts if type, start and end are right.</summary>
/// <param name="Hidden">Labelled values that no character is left of, whatever the placeholder.</param>
internal sealed record RedactionScore(string Type, int Labelled, int Found, int Right, int Hidden)
{
    public double Precision => Right / (double)Found;
    public double Recall => Right / (double)Labelled;

    public string Row => string.Create(
        CultureInfo.InvariantCulture, $"| {PersonalData.Placeholder(Type)} | {Labelled} | {Precision:0.000} | {Recall:0.000} | "
            + $"{Hidden / (double)Labelled:0.000} |");

    public static IReadOnlyList<RedactionScore> Measure(IReadOnlyList<RedactionCase> cases, Action<string> miss)
    {
        var redactor = new Redactor(PersonalData.All);
        var found = cases.Select(c => redactor.Redact(c.Text).Spans).ToList();
        foreach (var (c, spans) in cases.Zip(found))
        {
            if (!spans.SequenceEqual(c.Spans))
                miss($"{c.Text}\n    labelled {Words(c.Text, c.Spans)}\n    found    {Words(c.Text, spans)}");
        }

        return [.. PersonalData.All.Where(static type => type != PersonalData.Name).Select(type => new RedactionScore(
            type,
            cases.Sum(c => c.Spans.Count(span => span.Type == type)),
            found.Sum(spans => spans.Count(span => span.Type == type)),
            cases.Zip(found).Sum(pair => pair.First.Spans.Count(span => span.Type == type && pair.Second.Contains(span))),
            cases.Zip(found).Sum(pair => pair.First.Spans.Count(span => span.Type == type && IsHidden(span, pair.Second)))))];
    }

    private static bool IsHidden(RedactionSpan labelled, IReadOnlyList<RedactionSpan> found) =>
        Enumerable.Range(labelled.Start, labelled.End - labelled.Start).All(at => found.Any(span => span.Start <= at && at < span.End));

    private static string Words(string text, IReadOnlyList<RedactionSpan> spans)
        => string.Join(", ", spans.Select(span => $"{span.Type} '{text[span.Start..span.End]}'"));
}
