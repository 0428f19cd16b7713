using StreamBert.Contracts;

namespace StreamBert.Privacy.Redaction;

/// <summary>
/// Finds personal data in texts and replaces it by typed placeholders. Deterministic: the same text always gives the same result, in time
/// linear in its length. A redacted text contains nothing more to redact. Names are not found here but by the model: see see
/// cref="PersonalData.Name"/>.
/// </summary>
public sealed class Redactor
{
    /// <summary>A replaced value may expose its neighbour; the number of passes is limited against texts that are made for this.</summary>
    private const int MostPasses = 8;

    private readonly HashSet<string> _types;

    /// <summary>Creates a redactor.</summary>
    /// <param name="types">The types to redact, of <see cref="PersonalData"/>.</param>
    public Redactor(IEnumerable<string> types) => _types = [.. types];

    /// <summary>The redactor of a pipeline that redacts nothing.</summary>
    public static Redactor None { get; } = new([]);

    /// <summary>Whether the redactor redacts nothing.</summary>
    public bool IsEmpty => _types.Count == 0;

    /// <summary>Whether names of persons, which the model finds, are redacted too.</summary>
    public bool RedactsNames => _types.Contains(PersonalData.Name);

    /// <summary>Redacts a text.</summary>
    public RedactedText Redact(string text)
    {
        var redacted = new RedactedText(text, []);
        if (IsEmpty)
            return redacted;
        for (var pass = 0; pass < MostPasses && Find(redacted.Text) is { Count: > 0 } found; pass++)
        {
            redacted = RedactedText.Of(text, [.. redacted.Spans
                .Concat(found.Select(span => span with { Start = redacted.Original(span.Start), End = redacted.Original(span.End) }))
                .OrderBy(static span => span.Start)]);
        }

        return redacted;
    }

    private List<RedactionSpan> Find(string text)
    {
        var folded = FoldedText.Of(text);
        return [.. new PersonalDataScanner(folded.Text, _types).Run().Select(span =>
        {
            var (start, end) = folded.Original(span.Start, span.End);
            return new RedactionSpan(span.Type, start, end);
        })];
    }
}
