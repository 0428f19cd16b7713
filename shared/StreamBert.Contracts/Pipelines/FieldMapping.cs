namespace StreamBert.Contracts;

/// <summary>Maps fields of a text to dotted paths in the producer's JSON. Null: the field is absent.</summary>
public sealed record FieldMapping
{
    /// <summary>The path of the id. Default: <c>id</c>.</summary>
    public string Id { get; init; } = "id";

    /// <summary>The path of the text. Default: <c>text</c>.</summary>
    public string Text { get; init; } = "text";

    /// <summary>The path of the source. Default: <c>source</c>.</summary>
    public string? Source { get; init; } = "source";

    /// <summary>The path of the subject. Default: <c>subject</c>.</summary>
    public string? Subject { get; init; } = "subject";

    /// <summary>The path of the language. Default: <c>language</c>.</summary>
    public string? Language { get; init; } = "language";

    /// <summary>
    /// The path of the event time, in one of the forms that <see cref="EventTimeParser"/> reads; without it the record's timestamp applies.
    /// Default: <c>occurredAt</c>.
    /// </summary>
    public string? OccurredAt { get; init; } = "occurredAt";

    /// <summary>
    /// The format of <see cref="OccurredAt"/>, for ambiguous times; see <see cref="EventTimeFormat"/>. Default: null, any unambiguous form.
    /// </summary>
    public string? TimeFormat { get; init; }

    /// <summary>The paths of attributes by name. The object <c>attributes</c> is always read.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}
