using StreamBert.Contracts;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Redaction;

namespace StreamBert.Privacy;

/// <summary>
/// Applies the rules of one pipeline to each kind of field. In texts, placeholders replace personal data; a name (an id, a subject, an
/// annotator) that contains personal data is replaced by a pseudonym.
/// </summary>
internal sealed class FieldRedactor(Redactor words, bool seals, SubjectKeys keys)
{
    private static readonly Redactor Everything = new(PersonalData.All.Except([PersonalData.Name]));

    /// <summary>The rules of an unknown pipeline, which redact nothing.</summary>
    public static FieldRedactor None { get; } = new(Redactor.None, seals: false, null!);

    /// <summary>Redacts texts.</summary>
    public Redactor Words => words;

    /// <summary>Redacts what stays readable after a subject is erased: in a pipeline that seals, all types of personal data.</summary>
    public Redactor Remaining { get; } = seals ? Everything : words;

    /// <summary>Whether all fields may be stored as they are.</summary>
    public bool IsEmpty => Remaining.IsEmpty;

    /// <summary>Redacts a text.</summary>
    public string RedactWords(string text) => words.IsEmpty ? text : words.Redact(text).Text;

    /// <summary>Redacts a text that stays readable after a subject is erased, such as a detail or a header.</summary>
    public string RedactRemaining(string text) => Remaining.IsEmpty ? text : Remaining.Redact(text).Text;

    /// <summary>Replaces a name by its pseudonym if it contains personal data.</summary>
    public string Pseudonymize(string name) => ContainsPersonalData(name) ? keys.Pseudonym(name) : name;

    /// <summary>Replaces a subject by its pseudonym where everybody can read it: in a pipeline that seals, always.</summary>
    public string? RedactReadableSubject(string? subject)
    {
        if (subject is null || Pseudonym.Is(subject))
            return subject;
        return seals || ContainsPersonalData(subject) ? keys.Pseudonym(subject) : subject;
    }

    /// <summary>Redacts all fields of a text but the text itself.</summary>
    public TextReceived RedactFields(TextReceived text) => text with
    {
        Id = Pseudonymize(text.Id),
        Subject = RedactSubject(text.Subject),
        Source = RedactWords(text.Source),
        Language = text.Language is { } language ? RedactWords(language) : null,
        Attributes = RedactAttributes(text.Attributes),
        Notes = text.Notes?.Select(RedactWords).ToList(),
    };

    /// <summary>Replaces a subject that is sealed together with its text, or that belongs to a pipeline that does not seal.</summary>
    private string? RedactSubject(string? subject) =>
        subject is not null && !words.IsEmpty && !Pseudonym.Is(subject) && words.Redact(subject).Spans.Count > 0 ? keys.Pseudonym(subject)
            : subject;

    private IReadOnlyDictionary<string, string> RedactAttributes(IReadOnlyDictionary<string, string> attributes)
    {
        if (words.IsEmpty || attributes.Count == 0)
            return attributes;
        var redacted = new Dictionary<string, string>(attributes.Count);
        foreach (var (name, value) in attributes)
            UniqueNames.Add(redacted, RedactWords(name), RedactWords(value));
        return redacted;
    }

    private bool ContainsPersonalData(string name) => !Remaining.IsEmpty && !IsGenerated(name) && Remaining.Redact(name).Spans.Count > 0;

    /// <summary>Generated ids and pseudonyms resemble numbers of persons only by chance.</summary>
    private static bool IsGenerated(string name) => Pseudonym.Is(name) || Guid.TryParseExact(name, "D", out _);
}
