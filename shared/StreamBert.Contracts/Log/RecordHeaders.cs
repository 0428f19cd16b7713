namespace StreamBert.Contracts;

/// <summary>Names the headers of records.</summary>
public static class RecordHeaders
{
    /// <summary>The type of the event, such as <c>TextClassified</c>.</summary>
    public const string Type = "type";

    /// <summary>The version of the encryption (<c>v1</c>) of a value that is encrypted with its subject's key.</summary>
    public const string Sealed = "sealed";

    /// <summary>The pipeline of a record on <see cref="Topics.Interactive"/> or <see cref="Topics.Explain"/>.</summary>
    public const string Pipeline = "pipeline";

    /// <summary>
    /// The time (ISO 8601) until which a client waits for the answer to a record on these topics. After it a worker does not classify the
    /// record, but writes a dead letter with the reason <c>deadline-passed</c>.
    /// </summary>
    public const string Deadline = "deadline";

    /// <summary>The head to explain for a record on <see cref="Topics.Explain"/>; without it the pipeline's first.</summary>
    public const string ExplainHead = "explain-head";

    /// <summary>The label to explain for a record on <see cref="Topics.Explain"/>; without it the predicted one.</summary>
    public const string ExplainLabel = "explain-label";

    /// <summary>The file name and the row number of a replayed row, such as <c>news.csv:7</c>.</summary>
    public const string ReplayRow = "replay-row";

    /// <summary>
    /// The reason and the detail, separated by a colon, of the dead letter that an invalid row of a replayed file becomes.
    /// </summary>
    public const string ReplayFault = "replay-fault";

    /// <summary>The position <c>topic/partition/offset</c> of the dead letter from which a record was replayed.</summary>
    public const string ReplayOf = "replay-of";

    /// <summary>The span that led to a record, as W3C Trace Context writes it.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>All names of this class.</summary>
    public static IReadOnlySet<string> All { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        Type, Sealed, Pipeline, Deadline, ExplainHead, ExplainLabel, ReplayRow, ReplayFault, ReplayOf, TraceParent,
    };
}
