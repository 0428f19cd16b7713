using StreamBert.Contracts;

namespace StreamBert.Gateway.Live;

/// <summary>Lists the types of live events.</summary>
public static class LiveEventTypes
{
    public const string Prediction = "prediction";
    public const string Trend = "trend";
    public const string AlertRaised = "alert-raised";
    public const string AlertResolved = "alert-resolved";
    public const string SilenceCreated = "silence-created";
    public const string SilenceExpired = "silence-expired";
    public const string AlertAcknowledged = "alert-acknowledged";
    public const string NotificationRequested = "notification-requested";
    public const string NotificationReported = "notification-reported";
    public const string ModelTrained = "model-trained";
    public const string ModelPromoted = "model-promoted";
    public const string ModelRolledBack = "model-rolled-back";
    public const string RolloutChanged = "rollout-changed";
    public const string RolloutProgressed = "rollout-progressed";
    public const string PinChanged = "pin-changed";
    public const string TrainingReported = "training-reported";
    public const string DeadLetter = "dead-letter";

    public static IReadOnlyList<string> All { get; } =
    [
        Prediction, Trend, AlertRaised, AlertResolved, SilenceCreated, SilenceExpired, AlertAcknowledged, NotificationRequested,
        NotificationReported, ModelTrained, ModelPromoted, ModelRolledBack, RolloutChanged, RolloutProgressed, PinChanged,
        TrainingReported, DeadLetter,
    ];
}
