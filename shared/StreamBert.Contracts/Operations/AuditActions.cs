namespace StreamBert.Contracts;

/// <summary>Lists the stable codes of <see cref="AuditEntry.Action"/>.</summary>
public static class AuditActions
{
    /// <summary>Dead letters were replayed.</summary>
    public const string DeadLetterReplayed = "dead-letter-replayed";

    /// <summary>Dead letters were discarded.</summary>
    public const string DeadLetterDiscarded = "dead-letter-discarded";

    /// <summary>A model version was promoted.</summary>
    public const string ModelPromoted = "model-promoted";

    /// <summary>A model was rolled back.</summary>
    public const string ModelRolledBack = "model-rolled-back";

    /// <summary>The rollout of a model version has reached a stage.</summary>
    public const string RolloutChanged = "rollout-changed";

    /// <summary>A model version was pinned.</summary>
    public const string ModelPinned = "model-pinned";

    /// <summary>The pin of a model version was removed.</summary>
    public const string ModelUnpinned = "model-unpinned";

    /// <summary>A model version was removed from the registry.</summary>
    public const string ModelRemoved = "model-removed";

    /// <summary>A training run was requested.</summary>
    public const string TrainingRequested = "training-requested";

    /// <summary>The monitoring rules of a pipeline were changed.</summary>
    public const string RulesChanged = "rules-changed";

    /// <summary>The labels of an annotator are left out of data sets.</summary>
    public const string AnnotatorExcluded = "annotator-excluded";

    /// <summary>The labels of an annotator are used again.</summary>
    public const string AnnotatorIncluded = "annotator-included";

    /// <summary>Notifications of some alerts were silenced.</summary>
    public const string AlertsSilenced = "alerts-silenced";

    /// <summary>A silence was ended before its end.</summary>
    public const string SilenceExpired = "silence-expired";

    /// <summary>An alert was acknowledged.</summary>
    public const string AlertAcknowledged = "alert-acknowledged";

    /// <summary>The acknowledgement of an alert was withdrawn.</summary>
    public const string AcknowledgementWithdrawn = "acknowledgement-withdrawn";

    /// <summary>A subject was erased.</summary>
    public const string SubjectErased = "subject-erased";

    /// <summary>The state store was rebuilt.</summary>
    public const string StateRebuilt = "state-rebuilt";

    /// <summary>A sign-in failed.</summary>
    public const string SignInFailed = "sign-in-failed";
}
