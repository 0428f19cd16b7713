using System.ComponentModel.DataAnnotations;
using System.Text;

namespace StreamBert.Contracts;

/// <summary>
/// Configures the limits of values that clients and producers choose, in bytes of UTF-8 unless stated otherwise: the same for HTTP, files
/// and records of the log. Bound from the section <c>Limits</c>. Texts have <see cref="PipelineOptions.MaxTextBytes"/>. Configure all
/// services equally.
/// </summary>
public sealed record FieldLimits
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Limits";

    private const int MaxSubjectBytes = 64 * 1024;

    /// <summary>The limit of an id, which must fit into the URL of a request even with every byte escaped. Default: 1 KiB.</summary>
    [Range(256, 2048)]
    public int IdBytes { get; init; } = 1024;

    /// <summary>The limit of a source. Default: 1 KiB.</summary>
    [Range(255, 64 * 1024)]
    public int SourceBytes { get; init; } = 1024;

    /// <summary>The limit of a subject. Default: 1 KiB.</summary>
    [Range(1, MaxSubjectBytes)]
    public int SubjectBytes { get; init; } = 1024;

    /// <summary>The limit of a language. Default: 128.</summary>
    [Range(1, 4 * 1024)]
    public int LanguageBytes { get; init; } = 128;

    /// <summary>The maximum number of attributes of a text. Default: 128.</summary>
    [Range(1, 10_000)]
    public int Attributes { get; init; } = 128;

    /// <summary>The limit of an attribute's name. Default: 256.</summary>
    [Range(1, 16 * 1024)]
    public int AttributeNameBytes { get; init; } = 256;

    /// <summary>The limit of an attribute's value. Default: 8 KiB.</summary>
    [Range(1, 4 * 1024 * 1024)]
    public int AttributeValueBytes { get; init; } = 8 * 1024;

    /// <summary>The maximum number of notes of a text. Default: 32.</summary>
    [Range(32, 1_000)]
    public int Notes { get; init; } = 32;

    /// <summary>The limit of a note, and of the reason of a rollback or a pin. Default: 2 KiB.</summary>
    [Range(256, 64 * 1024)]
    public int NoteBytes { get; init; } = 2 * 1024;

    /// <summary>The limit of a label, a head, a model's name or its version. Default: 512.</summary>
    [Range(1, 64 * 1024)]
    public int LabelBytes { get; init; } = 512;

    /// <summary>The limit of an annotator's name. Default: 512.</summary>
    [Range(1, 64 * 1024)]
    public int AnnotatorBytes { get; init; } = 512;

    /// <summary>The maximum number of the original headers that a dead letter contains. Default: 64.</summary>
    [Range(16, 10_000)]
    public int Headers { get; init; } = 64;

    /// <summary>The limit of the names and values of those headers together, and of the original key. Default: 64 KiB.</summary>
    [Range(4 * 1024, 1024 * 1024)]
    public int HeaderBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// The limit of a record of an input topic with key, value and headers. A larger record becomes a dead letter without its value. In
    /// base64 a record of the largest size fits into Kafka's largest message. Default: 4 MiB.
    /// </summary>
    [Range(64 * 1024, 16 * 1024 * 1024)]
    public int RecordBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Returns the first field of a text that exceeds its limit, or null.</summary>
    /// <param name="text">The text.</param>
    /// <param name="names">The producer's names of the fields.</param>
    /// <param name="maxTextBytes">The limit of the pipeline.</param>
    public LimitFault? Validate(TextReceived text, FieldMapping names, int maxTextBytes) =>
        Check(DeadLetterReasons.IdTooLarge, names.Id, text.Id, IdBytes, nameof(IdBytes))
        ?? ValidateText(names.Text, text.Text, maxTextBytes)
        ?? Check(DeadLetterReasons.SourceTooLarge, names.Source ?? "source", text.Source, SourceBytes, nameof(SourceBytes))
        ?? Check(DeadLetterReasons.SubjectTooLarge, names.Subject ?? "subject", text.Subject, SubjectBytes, nameof(SubjectBytes))
        ?? Check(DeadLetterReasons.LanguageTooLarge, names.Language ?? "language", text.Language, LanguageBytes, nameof(LanguageBytes))
        ?? ValidateAttributes(text.Attributes)
        ?? ValidateNotes(text.Notes);

    /// <summary>Returns the first field of feedback that exceeds its limit, or null.</summary>
    /// <param name="feedback">The feedback.</param>
    /// <param name="maxTextBytes">The limit of the pipeline; null if it is unknown.</param>
    public LimitFault? Validate(FeedbackReceived feedback, int? maxTextBytes) =>
        Check(DeadLetterReasons.IdTooLarge, "id", feedback.Id, IdBytes, nameof(IdBytes))
        ?? Check(DeadLetterReasons.PipelineTooLarge, "pipeline", feedback.Pipeline, LabelBytes, nameof(LabelBytes))
        ?? Check(DeadLetterReasons.HeadTooLarge, "head", feedback.Head, LabelBytes, nameof(LabelBytes))
        ?? Check(DeadLetterReasons.LabelTooLarge, "label", feedback.Label, LabelBytes, nameof(LabelBytes))
        ?? Check(DeadLetterReasons.AnnotatorTooLarge, "annotator", feedback.Annotator, AnnotatorBytes, nameof(AnnotatorBytes))
        ?? Check(DeadLetterReasons.SubjectTooLarge, "subject", feedback.Subject, SubjectBytes, nameof(SubjectBytes))
        ?? (feedback.Text is { } text ? ValidateText("text", text, maxTextBytes ?? RecordBytes) : null);

    /// <summary>Returns the first field of a withdrawal of feedback that exceeds its limit, or null.</summary>
    public LimitFault? Validate(FeedbackWithdrawn withdrawal) =>
        Check(DeadLetterReasons.IdTooLarge, "id", withdrawal.Id, IdBytes, nameof(IdBytes))
        ?? Check(DeadLetterReasons.PipelineTooLarge, "pipeline", withdrawal.Pipeline, LabelBytes, nameof(LabelBytes))
        ?? Check(DeadLetterReasons.HeadTooLarge, "head", withdrawal.Head, LabelBytes, nameof(LabelBytes))
        ?? Check(DeadLetterReasons.AnnotatorTooLarge, "annotator", withdrawal.Annotator, AnnotatorBytes, nameof(AnnotatorBytes))
        ?? Check(DeadLetterReasons.SubjectTooLarge, "subject", withdrawal.Subject, SubjectBytes, nameof(SubjectBytes));

    /// <summary>Validates the name of an annotator to exclude and the reason.</summary>
    public LimitFault? ValidateExclusion(string annotator, string? reason) =>
        Check(DeadLetterReasons.AnnotatorTooLarge, "annotator", annotator, AnnotatorBytes, nameof(AnnotatorBytes))
        ?? Check(DeadLetterReasons.NoteTooLarge, "reason", reason, NoteBytes, nameof(NoteBytes));

    /// <summary>Returns the first field of a request for training that exceeds its limit, or null.</summary>
    public LimitFault? Validate(TrainingRequested request) =>
        Check(DeadLetterReasons.LabelTooLarge, "model", request.Model, LabelBytes, nameof(LabelBytes))
        ?? Check(DeadLetterReasons.AnnotatorTooLarge, "by", request.By, AnnotatorBytes, nameof(AnnotatorBytes));

    /// <summary>Returns the first field of a request for a rollback that exceeds its limit, or null.</summary>
    public LimitFault? Validate(RollbackRequested request) =>
        Check(DeadLetterReasons.LabelTooLarge, "model", request.Model, LabelBytes, nameof(LabelBytes))
        ?? Check(DeadLetterReasons.LabelTooLarge, "to", request.To, LabelBytes, nameof(LabelBytes))
        ?? Check(DeadLetterReasons.AnnotatorTooLarge, "by", request.By, AnnotatorBytes, nameof(AnnotatorBytes))
        ?? Check(DeadLetterReasons.NoteTooLarge, "reason", request.Reason, NoteBytes, nameof(NoteBytes));

    /// <summary>Returns the first field of a request for a promotion that exceeds its limit, or null.</summary>
    public LimitFault? Validate(PromotionRequested request) =>
        Check(DeadLetterReasons.LabelTooLarge, "model", request.Model, LabelBytes, nameof(LabelBytes))
        ?? Check(DeadLetterReasons.LabelTooLarge, "version", request.Version, LabelBytes, nameof(LabelBytes))
        ?? Check(DeadLetterReasons.LabelTooLarge, "stage", request.Stage, LabelBytes, nameof(LabelBytes))
        ?? Check(DeadLetterReasons.AnnotatorTooLarge, "by", request.By, AnnotatorBytes, nameof(AnnotatorBytes));

    /// <summary>Returns the first field of a request for a pin that exceeds its limit, or null.</summary>
    public LimitFault? Validate(PinRequested request) =>
        Check(DeadLetterReasons.LabelTooLarge, "model", request.Model, LabelBytes, nameof(LabelBytes))
        ?? Check(DeadLetterReasons.LabelTooLarge, "version", request.Version, LabelBytes, nameof(LabelBytes))
        ?? Check(DeadLetterReasons.AnnotatorTooLarge, "by", request.By, AnnotatorBytes, nameof(AnnotatorBytes))
        ?? Check(DeadLetterReasons.NoteTooLarge, "reason", request.Reason, NoteBytes, nameof(NoteBytes));

    /// <summary>Validates the subject of an erasure, with the largest limit that any configuration allows.</summary>
    public static LimitFault? ValidateErasedSubject(string subject)
        => Check(DeadLetterReasons.SubjectTooLarge, "subject", subject, MaxSubjectBytes, nameof(SubjectBytes));

    /// <summary>Validates an id outside of a text.</summary>
    public LimitFault? ValidateId(string field, string? id) => Check(DeadLetterReasons.IdTooLarge, field, id, IdBytes, nameof(IdBytes));

    /// <summary>Validates a label outside of feedback.</summary>
    public LimitFault? ValidateLabel(string field, string? label) =>
        Check(DeadLetterReasons.LabelTooLarge, field, label, LabelBytes, nameof(LabelBytes));

    /// <summary>Validates a text.</summary>
    public static LimitFault? ValidateText(string field, string text, int maxTextBytes) =>
        CountBytes(text) is var bytes && bytes > maxTextBytes
            ? new(
                DeadLetterReasons.TextTooLarge,
                field,
                bytes,
                $"has {bytes:N0} bytes; the pipeline takes {maxTextBytes:N0} (MaxTextBytes of the pipeline). Split or shorten it.") : null;

    /// <summary>Validates the size of a record.</summary>
    /// <param name="bytes">The bytes of key, value and headers.</param>
    public LimitFault? ValidateRecordSize(long bytes) => bytes <= RecordBytes ? null
        : new(DeadLetterReasons.RecordTooLarge, "", bytes,
            $"has {bytes:N0} bytes with its key and headers, as it is written to the log; {RecordBytes:N0} are allowed "
            + $"(Limits:{nameof(RecordBytes)}).");

    private LimitFault? ValidateAttributes(IReadOnlyDictionary<string, string> attributes)
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
            if ((Check(
                DeadLetterReasons.AttributeNameTooLarge,
                $"attributes.{Excerpt.Quote(name)}",
                name,
                AttributeNameBytes,
                nameof(AttributeNameBytes),
                "has a name of")
                ?? Check(
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

    private LimitFault? ValidateNotes(IReadOnlyList<string>? notes) => notes is null ? null
        : notes.Count > Notes
            ? new(DeadLetterReasons.NoteTooLarge, "notes", notes.Count,
                $"has {notes.Count:N0} entries; {Notes:N0} are allowed (Limits:{nameof(Notes)}).")
            : notes.Select(note => Check(DeadLetterReasons.NoteTooLarge, "notes", note, NoteBytes, nameof(NoteBytes)))
            .FirstOrDefault(static fault => fault is not null);

    private static LimitFault? Check(string code, string field, string? value, int limit, string setting, string verb = "has") =>
        value is not null && value.Length * 3L > limit && CountBytes(value) is var bytes && bytes > limit
            ? new(code, field, bytes, $"{verb} {bytes:N0} bytes; {limit:N0} are allowed (Limits:{setting}).") : null;

    private static int CountBytes(string value) => Encoding.UTF8.GetByteCount(value);
}
