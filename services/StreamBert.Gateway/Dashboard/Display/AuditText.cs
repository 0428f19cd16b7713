using StreamBert.Contracts;
using static StreamBert.Gateway.Localization.Texts;

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
    public static string Action(string action) => action switch
    {
        AuditActions.AcknowledgementWithdrawn => L["Acknowledgement withdrawn"],
        AuditActions.AlertAcknowledged => L["Alert acknowledged"],
        AuditActions.AlertsSilenced => L["Alerts silenced"],
        AuditActions.AnnotatorExcluded => L["Annotator excluded"],
        AuditActions.AnnotatorIncluded => L["Annotator included"],
        AuditActions.DeadLetterDiscarded => L["Dead letter discarded"],
        AuditActions.DeadLetterReplayed => L["Dead letter replayed"],
        AuditActions.ModelPinned => L["Model pinned"],
        AuditActions.ModelPromoted => L["Model promoted"],
        AuditActions.ModelRemoved => L["Model removed"],
        AuditActions.ModelRolledBack => L["Model rolled back"],
        AuditActions.ModelUnpinned => L["Model unpinned"],
        AuditActions.RolloutChanged => L["Rollout changed"],
        AuditActions.RulesChanged => L["Rules changed"],
        AuditActions.SignInFailed => L["Sign in failed"],
        AuditActions.SilenceExpired => L["Silence expired"],
        AuditActions.StateRebuilt => L["State rebuilt"],
        AuditActions.SubjectErased => L["Subject erased"],
        AuditActions.TrainingRequested => L["Training requested"],
        "" => "",
        _ => $"{char.ToUpperInvariant(action[0])}{action[1..].Replace('-', ' ')}",
    };

    /// <summary>Formats the details as "name: value", separated by semicolons.</summary>
    public static string Details(AuditEntry entry) =>
        string.Join("; ", entry.Details.Select(static detail => $"{detail.Key}: {detail.Value}"));
}
