using System.ComponentModel.DataAnnotations;

namespace StreamBert.Monitoring.Alerts;

/// <summary>What all kinds of alert have in common.</summary>
public sealed class AlertOptions
{
    /// <summary>
    /// How often each kind of alert may fire without cause, per pipeline: one false alarm in this time. The levels of all tests are
    /// solved from it. Default 7 days.
    /// </summary>
    public TimeSpan FalseAlarmInterval { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Windows after a resolution in which the same alert does not fire again. Default 3.</summary>
    [Range(0, 10_000)] public int CooldownWindows { get; set; } = 3;

    /// <summary>
    /// Event time after which a surge or drift that still holds is taken as the new normal: the alert is resolved and its baseline begins
    /// anew. A fairness alert is never adopted. Default 1 day.
    /// </summary>
    public TimeSpan AdoptAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Windows without any judgement after which an open alert is resolved: its rule, head or segment is not watched any more. Default 60.
    /// </summary>
    [Range(1, 1_000_000)] public int ForgetAfterWindows { get; set; } = 60;

    /// <summary>Examples an alert carries. Default 5.</summary>
    [Range(0, 50)] public int Examples { get; set; } = 5;

    /// <summary>Terms an alert carries. Default 8.</summary>
    [Range(0, 50)] public int Terms { get; set; } = 8;
}
