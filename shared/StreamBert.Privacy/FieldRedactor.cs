using StreamBert.Contracts;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Redaction;

namespace StreamBert.Privacy;

/// <summary>
/// The rules of one pipeline for each kind of field: words get placeholders in the place of personal data, names that hold any get a
/// pseudonym as a whole.
/// </summary>
internal sealed class FieldRedactor
{
    private static readonly Redactor Everything = new(PersonalData.All.Except([PersonalData.Name]));
    private readonly Redactor _names;
    private readonly bool _seals;
    private readonly SubjectKeys _keys;

    public FieldRedactor(Redactor words, bool seals, SubjectKeys keys)
        => (Words, _names, _seals, _keys) = (words, seals ? Everything : words, seals, keys);

    /// <summary>Of a pipeline that is not known here.</summary>
    public static FieldRedactor None { get; } = new(Redactor.None, seals: false, null!);

    public Redactor Words { get; }

    /// <summary>Of what stays readable when a subject is erased.</summary>
    public Redactor Remainder => _names;

    /// <summary>Whether all fields may be stored as they are.</summary>
    public bool IsEmpty => _names.IsEmpty;

    /// <summary>Text within a field.</summary>
    public string Word(string text) => Words.IsEmpty ? text : Words.Redact(text).Text;

    /// <summary>
    /// Text that stays readable when a subject is erased, in a detail or a header: in a pipeline that seals nothing recognisable may stand
    /// in it, whatever else the pipeline redacts.
    /// </summary>
    public string Remaining(string text) => _names.IsEmpty ? text : _names.Redact(text).Text;

    /// <summary>An id or an annotator: what programs and people look things up by.</summary>
    public string Name(string name) => Holds(name) ? _keys.Pseudonym(name) : name;

    /// <summary>A subject within what is sealed for it, or of a pipeline that does not seal.</summary>
    public string? Subject(
        string? subject) => subject is not null && !Words.IsEmpty && !Pseudonym.Is(subject) && Words.Redact(subject).Spans.Count > 0 ? _keys.Pseudonym(subject) : subject;

    /// <summary>A subject where it stays readable: in a pipeline that seals never by its own name.</summary>
    public string? OpenSubject(string? subject)
        => subject is null || Pseudonym.Is(subject) ? subject : _seals || Holds(subject) ? _keys.Pseudonym(subject) : subject;

    public TextReceived Fields(TextReceived text) => text with
    {
        Id = Name(text.Id),
        Subject = Subject(text.Subject),
        Source = Word(text.Source),
        Language = text.Language is { } language ? Word(language) : null,
        Attributes = Attributes(text.Attributes),
        Notes = text.Notes?.Select(Word).ToList(),
    };

    /// <summary>Names that become the same are told apart by a number: no value is lost.</summary>
    private IReadOnlyDictionary<string, string> Attributes(IReadOnlyDictionary<string, string> attributes)
    {
        if (Words.IsEmpty || attributes.Count == 0)
            return attributes;
        var redacted = new Dictionary<string, string>(attributes.Count);
        foreach (var (name, value) in attributes)
        {
            var shown = Word(name);
            for (var number = 2; !redacted.TryAdd(shown, Word(value)); number++)
                shown = $"{Word(name)} {number}";
        }
        return redacted;
    }

    private bool Holds(string name) => !_names.IsEmpty && !IsOurs(name) && _names.Redact(name).Spans.Count > 0;

    /// <summary>Ids that were made here, or hidden before, resemble numbers by chance only.</summary>
    private static bool IsOurs(string name) => Pseudonym.Is(name) || Guid.TryParseExact(name, "D", out _);
}
