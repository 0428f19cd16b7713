using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Describes an entry of the audit log.</summary>
internal static class AuditText
{
    /// <summary>The actions, in the order of their names.</summary>
    public static IReadOnlyList<string> Actions { get; } =
    [
        AuditActions.AcknowledgementWithdrawn, AuditActions.AlertAcknowledged, AuditActions.AlertsSilenced, AuditActions.AnnotatorExcluded,
        AuditActions.AnnotatorIncluded, AuditActions.DeadLetterDiscarded, AuditActions.DeadLetterReplayed, AuditActions.ModelPinned,
        AuditActions.ModelPromoted, AuditActions.ModelRemoved, AuditActions.ModelRolledBack, AuditActions.ModelUnpinned,
        AuditActions.RolloutChanged, AuditActions.RulesChanged, AuditActions.SignInFailed, AuditActions.SilenceExpired,
        AuditActions.StateRebuilt, AuditActions.SubjectErased, AuditActions.TrainingRequested,
    ];

    /// <summary>Names an action: <c>model-promoted</c> becomes "Model promoted".</summary>
    public static string Action(string action) =>
        action.Length == 0 ? "" : $"{char.ToUpperInvariant(action[0])}{action[1..].Replace('-', ' ')}";

    /// <summary>Formats the details as "name: value", separated by semicolons.</summary>
    public static string Details(AuditEntry entry) =>
        string.Join("; ", entry.Details.Select(static detail => $"{detail.Key}: {detail.Value}"));
}
