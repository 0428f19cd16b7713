using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Analysis;

/// <summary>Configures what the monitor computes from predictions, independently of how it reads and commits them.</summary>
internal class AnalysisOptions
{
    /// <summary>
    /// Delay between event time and receipt up to which a text counts as live. A stream is live while most of its texts are; only then do
    /// its windows continue to close while no texts arrive, so that a silence is detected. A replay of older texts advances by its own
    /// event time only. Default 1 hour.
    /// </summary>
    public TimeSpan LiveTolerance { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Whether single texts that were classified on request count in the trends. Default false: a person who tries out a sentence is not
    /// part of the stream, and the time of that text would close the windows of a replay. Set it if production traffic uses requests.
    /// </summary>
    public bool IncludeInteractive { get; set; }

    /// <summary>The limits of windows and tables.</summary>
    public WindowOptions Windows { get; set; } = new();

    /// <summary>What all kinds of alert have in common.</summary>
    public AlertOptions Alerts { get; set; } = new();

    /// <summary>The thresholds of differences between groups.</summary>
    public FairnessOptions Fairness { get; set; } = new();
}
