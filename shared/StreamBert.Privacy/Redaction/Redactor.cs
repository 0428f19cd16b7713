using StreamBert.Contracts;

namespace StreamBert.Privacy.Redaction;

/// <summary>
/// Finds personal data in texts and puts typed placeholders in its place. Pure: the same text always gives the same answer, in time linear
/// in its
/// length. What is redacted once holds nothing more to redact. Names are not found here but by the model: see <see
/// cref="PersonalData.Name"/>.
/// </summary>
public sealed class Redactor
{
    /// <summary>What gave way to a placeholder may free its neighbour; texts made to go on like this are cut off.</summary>
    private const int MostPasses = 8;

    private readonly HashSet<string> _types;

    /// <param name="types">Of <see cref="PersonalData"/>.</param>
    public Redactor(IEnumerable<string> types) => _types = [.. types];

    /// <summary>Finds nothing: of a pipeline that redacts nothing.</summary>
    public static Redactor None { get; } = new([]);

    public bool IsEmpty => _types.Count == 0;

    /// <summary>Whether persons that the model names are to go, too.</summary>
    public bool RedactsNames => _types.Contains(PersonalData.Name);

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
        return [.. new PersonalDataScan(folded.Text, _types).Run().Select(span =>
        {
            var (start, end) = folded.Original(span.Start, span.End);
            return new RedactionSpan(span.Type, start, end);
        })];
    }
}
