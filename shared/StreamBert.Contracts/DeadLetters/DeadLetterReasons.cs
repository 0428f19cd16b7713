namespace StreamBert.Contracts;

/// <summary>Lists the stable codes of <see cref="DeadLettered.Reason"/>.</summary>
public static class DeadLetterReasons
{
    /// <summary>The log holds the record damaged: its checksum does not match, or its headers cannot be decoded.</summary>
    public const string DamagedRecord = "damaged-record";

    /// <summary>The record does not hold a valid event of its topic.</summary>
    public const string BadEvent = "bad-event";

    /// <summary>The record can be read, but its processing throws.</summary>
    public const string ProcessingFailed = "processing-failed";

    /// <summary>The record has no value (a tombstone).</summary>
    public const string NullValue = "null-value";

    /// <summary>The value is not UTF-8.</summary>
    public const string NotUtf8 = "not-utf8";

    /// <summary>The value is not JSON.</summary>
    public const string NotJson = "not-json";

    /// <summary>The objects and arrays of the value are nested too deep.</summary>
    public const string NestingTooDeep = "nesting-too-deep";

    /// <summary>A required field is missing, null or empty.</summary>
    public const string MissingField = "missing-field";

    /// <summary>A field has the wrong type or an invalid value.</summary>
    public const string BadField = "bad-field";

    /// <summary>A row of a replayed file is malformed: it has too many fields or an unclosed quote.</summary>
    public const string BadRow = "bad-row";

    /// <summary>The value carries the id of a schema, and no schema registry is configured.</summary>
    public const string SchemaRegistryNeeded = "schema-registry-needed";

    /// <summary>The schema registry does not know the schema.</summary>
    public const string SchemaUnknown = "schema-unknown";

    /// <summary>The value does not match its schema, or the schema is of an unsupported kind.</summary>
    public const string SchemaMismatch = "schema-mismatch";

    /// <summary>The header <see cref="RecordHeaders.Pipeline"/> names no configured pipeline.</summary>
    public const string UnknownPipeline = "unknown-pipeline";

    /// <summary>A request names a model that no pipeline uses and the registry does not hold.</summary>
    public const string UnknownModel = "unknown-model";

    /// <summary>A request for training, a promotion, a rollback or a pin cannot be granted.</summary>
    public const string RequestRefused = "request-refused";

    /// <summary>
    /// Feedback without a text, or without a subject in a pipeline with a key for each subject, names an id without a prediction in the
    /// log.
    /// </summary>
    public const string NoPrediction = "no-prediction";

    /// <summary>Feedback is on a head that the serving model does not have or cannot learn.</summary>
    public const string UnknownHead = "unknown-head";

    /// <summary>Feedback gives a label that its head does not have.</summary>
    public const string UnknownLabel = "unknown-label";

    /// <summary>Retention has removed the text that feedback refers to.</summary>
    public const string OriginGone = "origin-gone";

    /// <summary>The record that feedback refers to has no text, or belongs to another id.</summary>
    public const string OriginMismatch = "origin-mismatch";

    /// <summary>The model failed on this text.</summary>
    public const string ModelError = "model-error";

    /// <summary>The model cannot explain this head or label.</summary>
    public const string CannotExplain = "cannot-explain";

    /// <summary>The text was not classified in time (<see cref="RecordHeaders.Deadline"/>).</summary>
    public const string DeadlinePassed = "deadline-passed";

    /// <summary>The text was sealed and its subject has been erased.</summary>
    public const string Erased = "erased";

    /// <summary>The text is sealed with a key that is not available here.</summary>
    public const string Sealed = "sealed";

    /// <summary>The id exceeds <see cref="FieldLimits.IdBytes"/>.</summary>
    public const string IdTooLarge = "id-too-large";

    /// <summary>The text exceeds <see cref="PipelineOptions.MaxTextBytes"/>.</summary>
    public const string TextTooLarge = "text-too-large";

    /// <summary>The source exceeds <see cref="FieldLimits.SourceBytes"/>.</summary>
    public const string SourceTooLarge = "source-too-large";

    /// <summary>The subject exceeds <see cref="FieldLimits.SubjectBytes"/>.</summary>
    public const string SubjectTooLarge = "subject-too-large";

    /// <summary>The language exceeds <see cref="FieldLimits.LanguageBytes"/>.</summary>
    public const string LanguageTooLarge = "language-too-large";

    /// <summary>The text has more attributes than <see cref="FieldLimits.Attributes"/>.</summary>
    public const string TooManyAttributes = "too-many-attributes";

    /// <summary>The name of an attribute exceeds <see cref="FieldLimits.AttributeNameBytes"/>.</summary>
    public const string AttributeNameTooLarge = "attribute-name-too-large";

    /// <summary>The value of an attribute exceeds <see cref="FieldLimits.AttributeValueBytes"/>.</summary>
    public const string AttributeValueTooLarge = "attribute-value-too-large";

    /// <summary>A note exceeds <see cref="FieldLimits.NoteBytes"/>, or there are more than <see cref="FieldLimits.Notes"/>.</summary>
    public const string NoteTooLarge = "note-too-large";

    /// <summary>The name of the pipeline exceeds <see cref="FieldLimits.LabelBytes"/>.</summary>
    public const string PipelineTooLarge = "pipeline-too-large";

    /// <summary>The name of the head exceeds <see cref="FieldLimits.LabelBytes"/>.</summary>
    public const string HeadTooLarge = "head-too-large";

    /// <summary>The label exceeds <see cref="FieldLimits.LabelBytes"/>.</summary>
    public const string LabelTooLarge = "label-too-large";

    /// <summary>The annotator exceeds <see cref="FieldLimits.AnnotatorBytes"/>.</summary>
    public const string AnnotatorTooLarge = "annotator-too-large";

    /// <summary>The record exceeds <see cref="FieldLimits.RecordBytes"/>.</summary>
    public const string RecordTooLarge = "record-too-large";

    /// <summary>Tells whether a text has the form of a code: up to 64 lower-case letters, digits and hyphens.</summary>
    public static bool IsCode(string text) =>
        text.Length is > 0 and <= 64 && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
