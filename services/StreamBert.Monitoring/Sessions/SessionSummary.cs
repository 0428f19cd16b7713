using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Monitoring.Sessions;

/// <summary>The event time of a pipeline before and after the records of a commit.</summary>
internal sealed record EventTimeChange(EventTimeUpdated Before, EventTimeUpdated After);

/// <summary>What a commit has committed: the input of metrics and logs.</summary>
internal sealed record SessionSummary
{
    /// <summary>The number of predictions that were processed.</summary>
    public required long Predictions { get; init; }

    /// <summary>The number of predictions that were skipped, because one of the same text had been counted.</summary>
    public required long Duplicates { get; init; }

    /// <summary>The number of predictions that the log no longer holds.</summary>
    public required long Lost { get; init; }

    /// <summary>Reason → number of skipped records.</summary>
    public required IReadOnlyDictionary<string, long> Skipped { get; init; }

    public required IReadOnlyList<MonitorOutput> Outputs { get; init; }
    public required IReadOnlyList<MonitorRecord.InvalidRecord> InvalidRecords { get; init; }
    public required IReadOnlyList<ProcessingFailure> Failures { get; init; }
    public required IReadOnlyList<EventTimeChange> EventTimes { get; init; }

    /// <summary>Pipeline → watermark; pipelines without one are left out.</summary>
    public required IReadOnlyDictionary<string, DateTimeOffset> Watermarks { get; init; }
}
