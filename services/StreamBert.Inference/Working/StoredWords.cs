using StreamBert.Contracts;
using StreamBert.Streaming.Privacy.Redaction;

namespace StreamBert.Inference.Working;

/// <summary>
/// What a prediction says in words: the text, its entities and its explanation as they may be stored. Places are those in <see
/// cref="Text"/>; in a pipeline
/// that keeps no texts, those in the text that the model read.
/// </summary>
internal sealed record StoredWords(string? Text, IReadOnlyList<Entity>? Entities, Explanation? Explanation)
{
    private static readonly string[] Persons = ["PER", "PERSON"];

    /// <param name="names">Whether the persons among the entities give way to placeholders.</param>
    public static StoredWords Of(InFlightRecord record, bool names, IReadOnlyList<Entity>? entities, Explanation? explanation)
    {
        var read = record.Text!.Text;
        if (!record.Pipeline!.Privacy.KeepText)
            return new(null, entities, explanation);
        var stored = names ? WithoutNames(read, record.Stored, entities ?? []) : record.Stored;
        return stored is null
            ? new(read, entities?.Select(entity => entity.Quoting(read)).ToList(), explanation)
            : new(
                stored.Text,
                entities?.Select(entity => Placed(entity, stored, names)).ToList(),
                explanation is null ? null : Placed(explanation, stored));
    }

    private static RedactedText? WithoutNames(string text, RedactedText? stored, IReadOnlyList<Entity> entities)
    {
        var spans = new List<RedactionSpan>(stored?.Spans ?? []);
        foreach (var person in entities.Where(IsPerson))
        {
            if (!IsPlaceholder(text, person) && spans.All(span => span.End <= person.Start || span.Start >= person.End))
                spans.Add(new(PersonalData.Name, person.Start, person.End));
        }

        return spans.Count == 0 ? stored : RedactedText.Of(text, [.. spans.OrderBy(static span => span.Start)]);
    }

    private static bool IsPerson(Entity entity) => Persons.Contains(entity.Type, StringComparer.OrdinalIgnoreCase);

    /// <summary>The model may take a placeholder, or the word in it, for a name.</summary>
    private static bool IsPlaceholder(string text, Entity entity) =>
        PersonalData.All.Select(PersonalData.Placeholder)
            .Any(placeholder => placeholder.Contains(text[entity.Start..entity.End], StringComparison.Ordinal));

    /// <summary>A person that gave way has a place and no words: it is nobody to count.</summary>
    private static Entity Placed(Entity entity, RedactedText stored, bool names)
    {
        var (start, end) = stored.Map(entity.Start, entity.End);
        var placed = entity with { Start = start, End = end };
        return names && IsPerson(entity) ? placed : placed.Quoting(stored.Text);
    }

    private static Explanation Placed(Explanation explanation, RedactedText stored) => (explanation with
    {
        Words = [.. explanation.Words
            .Select(word => stored.Map(word.Start, word.End) is var (start, end) ? word with { Start = start, End = end } : word)],
    }).Quoting(stored.Text);
}
