namespace StreamBert.Contracts;

/// <summary>Names of the topics in the event log. One home, so that no two services disagree.</summary>
public static class Topics
{
    /// <summary>Single texts whose answer somebody awaits; workers read it before the bulk topics.</summary>
    public const string Interactive = "texts.interactive";

    /// <summary>
    /// Single texts whose answer, with an explanation, somebody awaits. An explanation takes a hundred times a classification, so these
    /// have a group of
    /// their own, which computes one at a time: no other text waits for them.
    /// </summary>
    public const string Explain = "texts.explain";

    /// <summary>Texts of which somebody asks, and awaits, only the tokens (<see cref="TokenizationRequested"/>). Kept for an hour.</summary>
    public const string Tokenize = "texts.tokenize";

    /// <summary>The answers to them (<see cref="TokenizationCompleted"/>). Kept for an hour.</summary>
    public const string Tokens = "tokens";

    public const string Predictions = "predictions";
    public const string DeadLetter = "dead-letter";
    public const string Feedback = "feedback";

    /// <summary>
    /// How far each input partition has been processed (<see cref="InputProgress"/>): what watermarks are made of. One partition.
    /// </summary>
    public const string Progress = "progress";
    public const string Trends = "trends";

    /// <summary>
    /// Per pipeline: watermark, late texts, clock skew (<see cref="EventTimeUpdated"/>). One partition; the last record of a key counts.
    /// </summary>
    public const string EventTime = "event-time";
    public const string Alerts = "alerts";
    public const string Models = "models";

    /// <summary>Who did what: promotions, replays, discards, erasures. Kept for ever.</summary>
    public const string Audit = "audit";

    /// <summary>Checkpoints of the monitor's windows and detectors, written in the step that advances its offsets.</summary>
    public const string MonitorState = "monitor-state";

    /// <summary>What was done with dead letters: replayed, discarded. Kept as long as they are.</summary>
    public const string DeadLetterState = "dead-letter-state";

    /// <summary>Checkpoints of the Gateway's ledger: counts of outcomes with the offsets up to which they were counted.</summary>
    public const string LedgerState = "ledger-state";

    /// <summary>How far each replayed file has been fed, written in the step that appends its texts.</summary>
    public const string ReplayState = "replay-state";

    /// <summary>
    /// How each process is (<see cref="HealthReported"/>), so that one place can tell of all. One partition, kept for an hour.
    /// </summary>
    public const string Health = "health";

    /// <summary>Whether somebody awaits the answers to the texts of a topic; they are asked, not part of the stream.</summary>
    public static bool IsInteractive(string topic) => topic is Interactive or Explain;

    /// <summary>
    /// Whether only services write to a topic: what stands there is no record of a producer, and nobody may have it appended again.
    /// </summary>
    public static bool IsInternal(
        string topic) => topic is Tokens or Predictions or DeadLetter or Progress or Trends or EventTime or Alerts or Models or Audit or MonitorState or DeadLetterState or LedgerState or ReplayState or Health
        || topic.StartsWith(Route(""), StringComparison.Ordinal);

    /// <summary>The default input topic of a pipeline.</summary>
    public static string Texts(string pipeline) => $"texts.{pipeline}";

    /// <summary>Where a pipeline's route sends predictions, for a team or system to consume.</summary>
    public static string Route(string queue) => $"routes.{queue}";
}

/// <summary>Names of record headers.</summary>
public static class RecordHeaders
{
    /// <summary>The event's type name, such as <c>TextClassified</c>.</summary>
    public const string Type = "type";

    /// <summary>The value is encrypted with its subject's key; says in which form (<c>v1</c>).</summary>
    public const string Sealed = "sealed";

    /// <summary>The pipeline a record on <see cref="Topics.Interactive"/> or <see cref="Topics.Explain"/> belongs to.</summary>
    public const string Pipeline = "pipeline";

    /// <summary>
    /// On a record of these topics: the time (ISO 8601) after which nobody awaits its answer any more. A worker does
    /// not compute it then, but dead-letters it with the reason <c>deadline-passed</c>.
    /// </summary>
    public const string Deadline = "deadline";

    /// <summary>On a record of <see cref="Topics.Explain"/>: the head to explain; without it the pipeline's first.</summary>
    public const string ExplainHead = "explain-head";

    /// <summary>On a record of <see cref="Topics.Explain"/>: the label to explain; without it the one predicted.</summary>
    public const string ExplainLabel = "explain-label";

    /// <summary>On a row of a replayed file: the file's name and the row's number, such as <c>news.csv:7</c>.</summary>
    public const string ReplayRow = "replay-row";

    /// <summary>
    /// On a row of a replayed file that is no text: the reason and the detail of the dead letter it becomes, with a colon between them.
    /// </summary>
    public const string ReplayFault = "replay-fault";

    /// <summary>On a replayed dead letter: <c>topic/partition/offset</c> of the dead letter it came from.</summary>
    public const string ReplayOf = "replay-of";

    /// <summary>All names of this list.</summary>
    public static IReadOnlySet<string> All { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        Type, Sealed, Pipeline, Deadline, ExplainHead, ExplainLabel, ReplayRow, ReplayFault, ReplayOf,
    };
}
