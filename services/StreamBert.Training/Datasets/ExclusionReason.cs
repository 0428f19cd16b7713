namespace StreamBert.Training.Datasets;

/// <summary>
/// The reasons why feedback is excluded from the dataset: values of the tag <c>reason</c> of
/// <c>streambert.training.excluded_feedback</c>.
/// </summary>
internal static class ExclusionReason
{
    public const string UnknownPipeline = "unknown-pipeline";
    public const string UnknownHead = "unknown-head";
    public const string UnknownLabel = "unknown-label";

    /// <summary>The feedback contains neither a text nor an origin.</summary>
    public const string NoText = "no-text";

    /// <summary>The text was sealed and its subject was erased, or its key is not available here.</summary>
    public const string Erased = "erased";

    /// <summary>Retention has removed the text from the log.</summary>
    public const string OriginGone = "origin-gone";

    /// <summary>The record at the origin has no text in the field that the pipeline maps, or belongs to another id.</summary>
    public const string OriginMismatch = "origin-mismatch";
}
