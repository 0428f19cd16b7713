using System.ComponentModel.DataAnnotations;

namespace StreamBert.Monitoring.Alerts;

/// <summary>Configures what all kinds of alert have in common.</summary>
internal sealed class AlertOptions
{
    /// <summary>Number of windows after a resolution in which the same alert is suppressed. Default 3.</summary>
    [Range(0, 10_000)]
    public int CooldownWindows { get; set; } = 3;

    /// <summary>
    /// Event time after which a surge or a drift that lasts is adopted as the new baseline: the alert is resolved and its baseline starts
    /// again. A fairness alert is never adopted. Default 1 day.
    /// </summary>
    public TimeSpan AdoptAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Number of windows without an assessment after which an open alert is resolved: its rule, head or segment is no longer watched.
    /// Default 60.
    /// </summary>
    [Range(1, 1_000_000)]
    public int ExpireAfterWindows { get; set; } = 60;

    /// <summary>Maximum number of example texts of an alert. Default 5.</summary>
    [Range(0, 50)]
    public int MaxExamples { get; set; } = 5;

    /// <summary>Maximum number of terms of an alert. Default 8.</summary>
    [Range(0, 50)]
    public int MaxTerms { get; set; } = 8;
}
