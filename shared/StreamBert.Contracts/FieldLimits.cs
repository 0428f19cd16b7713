using System.ComponentModel.DataAnnotations;
using System.Text;

namespace StreamBert.Contracts;

/// <summary>
/// The limits of everything that clients and producers choose freely, in bytes of UTF-8 unless said otherwise: one set for HTTP, files and
/// records of the
/// log, bound from the section <c>Limits</c>. Texts have <see cref="PipelineOptions.MaxTextBytes"/>. Give all services the same.
/// </summary>
public sealed record FieldLimits
{
    public const string Section = "Limits";
    private const int MaxSubjectBytes = 64 * 1024;

    /// <summary>An id, which must fit into the address of a request even when every byte of it is escaped.</summary>
    [Range(256, 2048)]
    public int IdBytes { get; init; } = 1024;

    [Range(255, 64 * 1024)]
    public int SourceBytes { get; init; } = 1024;

    [Range(1, MaxSubjectBytes)]
    public int SubjectBytes { get; init; } = 1024;

    [Range(1, 4 * 1024)]
    public int LanguageBytes { get; init; } = 128;

    /// <summary>Most attributes of a text.</summary>
    [Range(1, 10_000)]
    public int Attributes { get; init; } = 128;

    [Range(1, 16 * 1024)]
    public int AttributeNameBytes { get; init; } = 256;

    [Range(1, 4 * 1024 * 1024)]
    public int AttributeValueBytes { get; init; } = 8 * 1024;

    /// <summary>Most notes on how a text was read.</summary>
    [Range(32, 1_000)]
    public int Notes { get; init; } = 32;

    /// <summary>One such note, and the reason that somebody gives for an act.</summary>
    [Range(256, 64 * 1024)]
    public int NoteBytes { get; init; } = 2 * 1024;

    /// <summary>A label or a head of a person's feedback.</summary>
    [Range(1, 64 * 1024)]
    public int LabelBytes { get; init; } = 512;

    /// <summary>Who gave it.</summary>
    [Range(1, 64 * 1024)]
    public int AnnotatorBytes { get; init; } = 512;

    /// <summary>Most headers that a dead letter keeps of its record.</summary>
    [Range(16, 10_000)]
    public int Headers { get; init; } = 64;

    /// <summary>Names and values of those headers together; as many bytes of the record's key are kept.</summary>
    [Range(4 * 1024, 1024 * 1024)]
    public int HeaderBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// A record of an input topic: key, value and headers. A larger one becomes a dead letter that does not hold its value. With its base64
    /// a record of the
    /// largest size still fits into the largest message that Kafka is told to take.
    /// </summary>
    [Range(64 * 1024, 16 * 1024 * 1024)]
    public int RecordBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The first field of a text that is over its limit; null if none is.</summary>
    /// <param name="names">What its producer calls the fields.</param>
    public LimitFault? Validate(TextReceived text, FieldMapping names, int maxTextBytes) =>
        Over(DeadLetterReasons.IdTooLarge, names.Id, text.Id, IdBytes, nameof(IdBytes))
        ?? ValidateText(names.Text, text.Text, maxTextBytes)
        ?? Over(DeadLetterReasons.SourceTooLarge, names.Source ?? "source", text.Source, SourceBytes, nameof(SourceBytes))
        ?? Over(DeadLetterReasons.SubjectTooLarge, names.Subject ?? "subject", text.Subject, SubjectBytes, nameof(SubjectBytes))
        ?? Over(DeadLetterReasons.LanguageTooLarge, names.Language ?? "language", text.Language, LanguageBytes, nameof(LanguageBytes))
        ?? AttributesFault(text.Attributes)
        ?? NotesFault(text.Notes);

    /// <summary>The first field of feedback that is over its limit; null if none is.</summary>
    /// <param name="maxTextBytes">Of its pipeline; null where that is not known.</param>
    public LimitFault? Validate(FeedbackReceived feedback, int? maxTextBytes) =>
        Over(DeadLetterReasons.IdTooLarge, "id", feedback.Id, IdBytes, nameof(IdBytes))
        ?? Over(DeadLetterReasons.PipelineTooLarge, "pipeline", feedback.Pipeline, LabelBytes, nameof(LabelBytes))
        ?? Over(DeadLetterReasons.HeadTooLarge, "head", feedback.Head, LabelBytes, nameof(LabelBytes))
        ?? Over(DeadLetterReasons.LabelTooLarge, "label", feedback.Label, LabelBytes, nameof(LabelBytes))
        ?? Over(DeadLetterReasons.AnnotatorTooLarge, "annotator", feedback.Annotator, AnnotatorBytes, nameof(AnnotatorBytes))
        ?? Over(DeadLetterReasons.SubjectTooLarge, "subject", feedback.Subject, SubjectBytes, nameof(SubjectBytes))
        ?? (feedback.Text is { } text ? ValidateText("text", text, maxTextBytes ?? RecordBytes) : null);

    /// <summary>The same of a request for training.</summary>
    public LimitFault? Validate(TrainingRequested request) =>
        Over(DeadLetterReasons.LabelTooLarge, "model", request.Model, LabelBytes, nameof(LabelBytes))
        ?? Over(DeadLetterReasons.AnnotatorTooLarge, "by", request.By, AnnotatorBytes, nameof(AnnotatorBytes));

    /// <summary>The same of a request for a rollback.</summary>
    public LimitFault? Validate(RollbackRequested request) =>
        Over(DeadLetterReasons.LabelTooLarge, "model", request.Model, LabelBytes, nameof(LabelBytes))
        ?? Over(DeadLetterReasons.LabelTooLarge, "to", request.To, LabelBytes, nameof(LabelBytes))
        ?? Over(DeadLetterReasons.AnnotatorTooLarge, "by", request.By, AnnotatorBytes, nameof(AnnotatorBytes))
        ?? Over(DeadLetterReasons.NoteTooLarge, "reason", request.Reason, NoteBytes, nameof(NoteBytes));

    /// <summary>The subject whom somebody wants erased: as large as one can have been under any setting.</summary>
    public static LimitFault? ValidateErasedSubject(string subject)
        => Over(DeadLetterReasons.SubjectTooLarge, "subject", subject, MaxSubjectBytes, nameof(SubjectBytes));

    /// <summary>An id that somebody gives outside of a text.</summary>
    public LimitFault? ValidateId(string field, string? id) => Over(DeadLetterReasons.IdTooLarge, field, id, IdBytes, nameof(IdBytes));

    /// <summary>A label that somebody names outside of feedback.</summary>
    public LimitFault? ValidateLabel(string field, string? label) => Over(DeadLetterReasons.LabelTooLarge, field, label, LabelBytes, nameof(LabelBytes));

    /// <summary>A text alone.</summary>
    public static LimitFault? ValidateText(string field, string text, int maxTextBytes) =>
        Bytes(text) is var bytes && bytes > maxTextBytes
            ? new(
                DeadLetterReasons.TextTooLarge,
                field,
                bytes,
                $"has {bytes:N0} bytes; the pipeline takes {maxTextBytes:N0} (MaxTextBytes of the pipeline). Split or shorten it.") : null;

    /// <param name="bytes">Of key, value and headers.</param>
    public LimitFault? ValidateRecordSize(long bytes) => bytes <= RecordBytes ? null
        : new(DeadLetterReasons.RecordTooLarge, "", bytes, $"has {bytes:N0} bytes with its key and headers, as it is written to the log; {RecordBytes:N0} are allowed (Limits:{nameof(RecordBytes)}).");

    private LimitFault? AttributesFault(IReadOnlyDictionary<string, string> attributes)
    {
        if (attributes.Count > Attributes)
        {
            return new(
                DeadLetterReasons.TooManyAttributes,
                "attributes",
                attributes.Count,
                $"has {attributes.Count:N0} entries; {Attributes:N0} are allowed (Limits:{nameof(Attributes)}).");
        }

        foreach (var (name, value) in attributes)
        {
            if ((Over(
                DeadLetterReasons.AttributeNameTooLarge,
                $"attributes.{Excerpt.Quote(name)}",
                name,
                AttributeNameBytes,
                nameof(AttributeNameBytes),
                "has a name of")
                ?? Over(
                    DeadLetterReasons.AttributeValueTooLarge,
                    $"attributes.{Excerpt.Quote(name)}",
                    value,
                    AttributeValueBytes,
                    nameof(AttributeValueBytes))) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private LimitFault? NotesFault(IReadOnlyList<string>? notes) => notes is null ? null
        : notes.Count > Notes
            ? new(DeadLetterReasons.NoteTooLarge, "notes", notes.Count, $"has {notes.Count:N0} entries; {Notes:N0} are allowed (Limits:{nameof(Notes)}).")
            : notes.Select(note => Over(DeadLetterReasons.NoteTooLarge, "notes", note, NoteBytes, nameof(NoteBytes)))
            .FirstOrDefault(static fault => fault is not null);

    private static LimitFault? Over(string code, string field, string? value, int limit, string setting, string verb = "has") =>
        value is not null && value.Length * 3L > limit && Bytes(value) is var bytes && bytes > limit
            ? new(code, field, bytes, $"{verb} {bytes:N0} bytes; {limit:N0} are allowed (Limits:{setting}).") : null;

    private static int Bytes(string value) => Encoding.UTF8.GetByteCount(value);
}

/// <summary>A field that is over its limit.</summary>
/// <param name="Code">Names the field; a stable code, also of <see cref="DeadLettered.Reason"/>.</param>
/// <param name="Field">As whoever sent it calls it; empty for the record as a whole.</param>
/// <param name="Size">Its bytes, or its entries.</param>
/// <param name="Predicate">A sentence without its subject, which is the field: its size, the limit and the setting.</param>
public sealed record LimitFault(string Code, string Field, long Size, string Predicate)
{
    /// <summary>The whole sentence.</summary>
    public string Detail => Field.Length == 0 ? $"The record {Predicate}" : $"The field '{Field}' {Predicate}";
}
