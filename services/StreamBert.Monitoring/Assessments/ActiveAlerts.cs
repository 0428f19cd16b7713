namespace StreamBert.Monitoring.Assessments;

/// <summary>The alerts that are pending or firing when a window is assessed.</summary>
/// <param name="Fingerprints">Their fingerprints.</param>
/// <param name="Kinds">Their kinds.</param>
internal sealed record ActiveAlerts(IReadOnlySet<string> Fingerprints, IReadOnlySet<string> Kinds)
{
    /// <summary>Whether the alert of a rule is active; its baseline must not learn then.</summary>
    public bool Contains(AlertRule rule) => Fingerprints.Contains(rule.Fingerprint);

    /// <summary>Whether an alert of one of the kinds is active.</summary>
    public bool ContainsAny(params ReadOnlySpan<string> kinds)
    {
        foreach (var kind in kinds)
        {
            if (Kinds.Contains(kind))
                return true;
        }
        return false;
    }
}
