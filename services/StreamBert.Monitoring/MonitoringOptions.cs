using System.ComponentModel.DataAnnotations;
using StreamBert.Monitoring.Analysis;

namespace StreamBert.Monitoring;

/// <summary>
/// Configures the monitoring service: the section <c>Monitoring</c>. What is watched in each pipeline belongs to
/// <c>Pipelines:N:Monitor</c>.
/// </summary>
internal sealed class MonitoringOptions : AnalysisOptions
{
    public const string Section = "Monitoring";

    /// <summary>Time between a commit and the next read while the monitor keeps up with the stream. Default 1 second.</summary>
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Time between two checkpoints of the state, of which only the parts that changed are stored; after 200,000 records one is due
    /// earlier. The commits between them carry offsets only, and a restart processes their records once more. It is exceeded if checkpoints
    /// would take more than 5 % of the time; zero writes the state in each commit. Default 10 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Maximum number of records per commit; after a full batch the next one is read at once. Default 2,000.</summary>
    [Range(1, 100_000)]
    public int ReadBatchSize { get; set; } = 2000;

    /// <summary>Returns one message for each invalid option, with its key and the valid values.</summary>
    public IEnumerable<string> Validate()
    {
        (string Key, object Value)[] sections =
        [
            ("", this), (":Windows", Windows), (":Alerts", Alerts),
            (":Fairness", Fairness),
        ];
        return [.. sections.SelectMany(static section => ValidateRanges(section.Key, section.Value)), .. ValidateTimes()];
    }

    private static IEnumerable<string> ValidateRanges(string key, object section)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(section, new(section), results, validateAllProperties: true);
        return results.Select(result => $"{Section}{key}:{string.Join(", ", result.MemberNames)}: {result.ErrorMessage}");
    }

    private IEnumerable<string> ValidateTimes()
    {
        (string Key, TimeSpan Value)[] times =
        [
            ("CommitInterval", CommitInterval), ("LiveTolerance", LiveTolerance),
            ("Alerts:AdoptAfter", Alerts.AdoptAfter),
        ];
        return times.Where(static time => time.Value <= TimeSpan.Zero)
            .Select(static time => $"{Section}:{time.Key} must be a positive time, such as 00:00:01.");
    }
}
