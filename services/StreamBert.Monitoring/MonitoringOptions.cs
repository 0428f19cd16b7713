using System.ComponentModel.DataAnnotations;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Drift;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Surges;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring;

/// <summary>
/// Settings of the monitoring service: the section <c>Monitoring</c>. What is watched in each pipeline stands in
/// <c>Pipelines:N:Monitor</c>.
/// </summary>
public sealed class MonitoringOptions
{
    public const string Section = "Monitoring";

    /// <summary>Time from one commit to the next read, while the monitor keeps up with the stream. Default 1 second.</summary>
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Most predictions in one commit; a full batch is followed by the next at once. Default 2,000.</summary>
    [Range(1, 100_000)] public int ReadBatchSize { get; set; } = 2000;

    /// <summary>
    /// A stream counts as live while most of its texts are no older than this when the log receives them; only then do its windows go on
    /// closing while
    /// no texts come, so that a silence is seen. Default 1 hour; a replay of older texts is moved by its own event time alone.
    /// </summary>
    public TimeSpan LiveTolerance { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Whether single texts classified on request count in the trends. Default false: somebody trying out a sentence is not part of the
    /// stream, and its time of day would end the windows of a replay. Set it where production traffic comes that way.
    /// </summary>
    public bool IncludeInteractive { get; set; }

    public WindowOptions Windows { get; set; } = new();
    public AlertOptions Alerts { get; set; } = new();
    public NegativeSurgeOptions Surge { get; set; } = new();
    public VolumeOptions Volume { get; set; } = new();
    public DriftOptions Drift { get; set; } = new();
    public FairnessOptions Fairness { get; set; } = new();

    /// <summary>Everything that is wrong, each as the key and what to set instead.</summary>
    public IEnumerable<string> Faults()
    {
        (string Key, object Value)[] sections =
            [("", this), (":Windows", Windows), (":Alerts", Alerts), (":Surge", Surge), (":Volume", Volume), (":Drift", Drift), (":Fairness", Fairness)];
        foreach (var (key, value) in sections)
        {
            List<ValidationResult> results = [];
            Validator.TryValidateObject(value, new(value), results, validateAllProperties: true);
            foreach (var result in results)
                yield return $"{Section}{key}:{string.Join(", ", result.MemberNames)}: {result.ErrorMessage}";
        }
        (string Key, TimeSpan Value)[] times =
        [
            ("CommitInterval", CommitInterval), ("LiveTolerance", LiveTolerance),
            ("Alerts:FalseAlarmInterval", Alerts.FalseAlarmInterval), ("Alerts:AdoptAfter", Alerts.AdoptAfter),
        ];
        foreach (var (key, _) in times.Where(static time => time.Value <= TimeSpan.Zero))
            yield return $"{Section}:{key} must be a positive time, such as 00:00:01.";
    }
}
