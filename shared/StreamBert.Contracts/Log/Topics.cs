namespace StreamBert.Contracts;

/// <summary>Names the topics of the event log.</summary>
public static class Topics
{
    /// <summary>The texts whose classification a client waits for; workers read it before the other input topics.</summary>
    public const string Interactive = "texts.interactive";

    /// <summary>
    /// The texts whose classification and explanation a client waits for. An explanation takes a hundred times as long as a classification,
    /// so these texts have a consumer group of their own, which computes one at a time and delays no other text.
    /// </summary>
    public const string Explain = "texts.explain";

    /// <summary>The requests for the tokens of a text (<see cref="TokenizationRequested"/>), kept for an hour.</summary>
    public const string Tokenize = "texts.tokenize";

    /// <summary>The responses to them (<see cref="TokenizationCompleted"/>), kept for an hour.</summary>
    public const string Tokens = "tokens";

    /// <summary>The requests for previews of monitoring rules (<see cref="RulesPreviewRequested"/>), kept for an hour.</summary>
    public const string RulesPreviewRequests = "rules-preview-requests";

    /// <summary>The responses to them (<see cref="RulesPreviewed"/>), kept for an hour.</summary>
    public const string RulesPreviews = "rules-previews";

    /// <summary>The predictions (<see cref="TextClassified"/>).</summary>
    public const string Predictions = "predictions";

    /// <summary>The records that could not be processed (<see cref="DeadLettered"/>).</summary>
    public const string DeadLetter = "dead-letter";

    /// <summary>
    /// The feedback (<see cref="FeedbackReceived"/>), its withdrawals (<see cref="FeedbackWithdrawn"/>) and the requests about models (<see
    /// cref="TrainingRequested"/>, <see cref="PromotionRequested"/>, <see cref="RollbackRequested"/>, <see cref="PinRequested"/>).
    /// </summary>
    public const string Feedback = "feedback";

    /// <summary>
    /// The progress of each input partition (<see cref="InputProgress"/>), from which watermarks are computed. One partition.
    /// </summary>
    public const string Progress = "progress";

    /// <summary>The counts of each window and series (<see cref="TrendUpdated"/>).</summary>
    public const string Trends = "trends";

    /// <summary>
    /// The watermark, late texts and clock skew of each pipeline (<see cref="EventTimeUpdated"/>). One partition; the last record of a key
    /// is current.
    /// </summary>
    public const string EventTime = "event-time";

    /// <summary>
    /// The state of each fairness rule (<see cref="FairnessReported"/>). One partition; the last record of a key is current.
    /// </summary>
    public const string Fairness = "fairness";

    /// <summary>
    /// The estimated and the labelled accuracy of each series (<see cref="AccuracyReported"/>). One partition; the last record of a key is
    /// current.
    /// </summary>
    public const string Accuracy = "accuracy";

    /// <summary>
    /// The comparisons of each pipeline with its references (<see cref="DriftReported"/>). One partition; the last record of a key is
    /// current.
    /// </summary>
    public const string Drift = "drift";

    /// <summary>The random sample of texts that is offered for labelling (<see cref="LabellingOffered"/>). One partition.</summary>
    public const string LabellingSample = "labelling-sample";

    /// <summary>The alerts (<see cref="AlertRaised"/>, <see cref="AlertResolved"/>).</summary>
    public const string Alerts = "alerts";

    /// <summary>
    /// What people do about alerts (<see cref="SilenceCreated"/>, <see cref="SilenceExpired"/>, <see cref="AlertAcknowledged"/>), kept for
    /// ever. One partition.
    /// </summary>
    public const string AlertActions = "alert-actions";

    /// <summary>
    /// The messages to receivers (<see cref="NotificationRequested"/>) and what became of them (<see cref="NotificationReported"/>). One
    /// partition.
    /// </summary>
    public const string Notifications = "notifications";

    /// <summary>
    /// The model events (<see cref="ModelTrained"/>, <see cref="ModelProfiled"/>, <see cref="ModelPromoted"/>, <see
    /// cref="ModelRolledBack"/>, <see cref="RolloutChanged"/>, <see cref="RolloutProgressed"/>, <see cref="ModelRefused"/>, <see
    /// cref="ModelRepaired"/>, <see cref="PinChanged"/>, <see cref="TrainingReported"/>, <see cref="ModelRequestRefused"/>).
    /// </summary>
    public const string Models = "models";

    /// <summary>The answers of candidates to copies of texts, counted (<see cref="ShadowReported"/>). One partition.</summary>
    public const string Shadow = "shadow";

    /// <summary>The audit log (<see cref="AuditEntry"/>), kept for ever.</summary>
    public const string Audit = "audit";

    /// <summary>The changes of monitoring rules (<see cref="RulesChanged"/>), kept for ever. One partition.</summary>
    public const string Rules = "rules";

    /// <summary>
    /// The annotators whose labels are left out of data sets (<see cref="AnnotatorExclusionChanged"/>), kept for ever. One partition.
    /// </summary>
    public const string Annotators = "annotators";

    /// <summary>The checkpoints of the monitor's windows and detectors, written in the step that commits its offsets.</summary>
    public const string MonitorState = "monitor-state";

    /// <summary>The actions on dead letters, kept as long as the dead letters.</summary>
    public const string DeadLetterState = "dead-letter-state";

    /// <summary>The checkpoints of the ledger: counts of outcomes with the offsets up to which they were counted.</summary>
    public const string LedgerState = "ledger-state";

    /// <summary>The progress of each replayed file, written in the step that appends its texts.</summary>
    public const string ReplayState = "replay-state";

    /// <summary>The health of each process (<see cref="HealthReported"/>). One partition, kept for an hour.</summary>
    public const string Health = "health";

    private static readonly HashSet<string> Internal =
    [
        Tokens, Predictions, DeadLetter, Progress, Trends, EventTime, Fairness, Accuracy, Drift, LabellingSample, Alerts, AlertActions,
        Notifications, Models, Shadow, Audit, Rules, Annotators, MonitorState, DeadLetterState, LedgerState, ReplayState, Health,
    ];

    /// <summary>Tells whether a client waits for the answers to the texts of a topic.</summary>
    public static bool IsInteractive(string topic) => topic is Interactive or Explain;

    /// <summary>Tells whether only services write to a topic: its records do not come from a producer and must not be replayed.</summary>
    public static bool IsInternal(string topic) => Internal.Contains(topic) || topic.StartsWith(Route(""), StringComparison.Ordinal);

    /// <summary>Returns the default input topic of a pipeline.</summary>
    public static string Texts(string pipeline) => $"texts.{pipeline}";

    /// <summary>Returns the topic of a queue, to which routes send copies of predictions.</summary>
    public static string Route(string queue) => $"routes.{queue}";
}
