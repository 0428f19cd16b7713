using StreamBert.Contracts;

namespace StreamBert.Training.Datasets;

/// <summary>
/// The reasons why feedback is excluded from the dataset: values of the tag <c>reason</c> of
/// <c>streambert.training.excluded_feedback</c>.
/// </summary>
internal static class ExclusionReason
{
    public const string UnknownPipeline = DeadLetterReasons.UnknownPipeline;
    public const string UnknownHead = DeadLetterReasons.UnknownHead;
    public const string UnknownLabel = DeadLetterReasons.UnknownLabel;

    /// <summary>
    /// No prediction has the id of the feedback, which contains no origin either, and no text or, in a pipeline that seals, no subject.
    /// </summary>
    public const string NoPrediction = DeadLetterReasons.NoPrediction;

    /// <summary>The text was sealed and its subject was erased, or its key is not available here.</summary>
    public const string Erased = DeadLetterReasons.Erased;

    /// <summary>Retention has removed the text from the log.</summary>
    public const string OriginGone = DeadLetterReasons.OriginGone;

    /// <summary>The annotator is excluded (<see cref="Contracts.AnnotatorExclusionChanged"/>).</summary>
    public const string ExcludedAnnotator = "excluded-annotator";

    /// <summary>The annotators of the text disagree, and their labels decide nothing.</summary>
    public const string Conflict = "conflict";

    /// <summary>The model reads nothing of the text.</summary>
    public const string NoTokens = "no-tokens";

    /// <summary>The record at the origin has no text in the field that the pipeline maps, or belongs to another id.</summary>
    public const string OriginMismatch = DeadLetterReasons.OriginMismatch;

    /// <summary>Describes why the text of feedback cannot be read.</summary>
    public static string Describe(string reason) => reason switch
    {
        Erased => "its subject was erased, or the subject's key is not available here",
        OriginGone => "retention has removed it from the log; send the feedback with its text",
        OriginMismatch => "the record at its position has no text, or belongs to another id",
        _ => "it has neither a text nor a position, and no prediction has its id; send the feedback with its text, and with its subject "
            + "where subjects have keys",
    };
}
