using StreamBert.Contracts;
using StreamBert.Inference.Records;
using StreamBert.Privacy.Redaction;

namespace StreamBert.Inference.Outputs;

/// <summary>
/// The parts of a prediction that quote its text: the text, its entities and its explanation, as they may be stored. Offsets refer to
/// <see cref="Text"/>; in a pipeline that does not keep texts, to the text that the model read.
/// </summary>
internal sealed record StorableText(string? Text, IReadOnlyList<Entity>? Entities, Explanation? Explanation)
{
    private static readonly string[] PersonTypes = ["PER", "PERSON"];

    /// <param name="redactsNames">Whether placeholders replace the persons among the entities.</param>
    public static StorableText Create(
        InFlightRecord.Queued record, bool redactsNames, IReadOnlyList<Entity>? entities, Explanation? explanation)
    {
        var text = record.Text.Text;
        if (!record.Pipeline.Privacy.KeepText)
            return new(null, entities, explanation);
        var redacted = redactsNames ? RedactNames(text, record.Redacted, entities ?? []) : record.Redacted;
        return redacted is null
            ? new(text, entities?.Select(entity => entity.WithText(text)).ToList(), explanation)
            : new(
                redacted.Text, entities?.Select(entity => Map(entity, redacted, redactsNames)).ToList(),
                explanation is null ? null : Map(explanation, redacted));
    }

    private static RedactedText? RedactNames(string text, RedactedText? redacted, IReadOnlyList<Entity> entities)
    {
        var spans = new List<RedactionSpan>(redacted?.Spans ?? []);
        foreach (var person in entities.Where(IsPerson))
        {
            if (!IsPlaceholder(text, person) && spans.All(span => span.End <= person.Start || span.Start >= person.End))
                spans.Add(new(PersonalData.Name, person.Start, person.End));
        }
        return spans.Count == 0 ? redacted : RedactedText.Of(text, [.. spans.OrderBy(static span => span.Start)]);
    }

    private static bool IsPerson(Entity entity) => PersonTypes.Contains(entity.Type, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the model took a placeholder, or the word in it, for a name.</summary>
    private static bool IsPlaceholder(string text, Entity entity) => PersonalData.All.Select(PersonalData.Placeholder)
        .Any(placeholder => placeholder.Contains(text[entity.Start..entity.End], StringComparison.Ordinal));

    /// <summary>
    /// Maps an entity to the redacted text. A redacted person keeps its offsets but has no text, so that nobody counts it.
    /// </summary>
    private static Entity Map(Entity entity, RedactedText redacted, bool redactsNames)
    {
        var (start, end) = redacted.Map(entity.Start, entity.End);
        var mapped = entity with { Start = start, End = end };
        return redactsNames && IsPerson(entity) ? mapped : mapped.WithText(redacted.Text);
    }

    private static Explanation Map(Explanation explanation, RedactedText redacted) => (explanation with
    {
        Words =
        [
            .. explanation.Words.Select(word =>
                redacted.Map(word.Start, word.End) is var (start, end) ? word with { Start = start, End = end } : word),
        ],
    }).WithText(redacted.Text);
}
