using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.EventTime;

/// <summary>The checkpointed state of an <see cref="EventTimeTracker"/>.</summary>
internal sealed class EventTimeState
{
    /// <summary>Input partition (<c>topic/partition</c>) → its progress.</summary>
    public Dictionary<string, InputPartition> Inputs { get; set; } = [];

    /// <summary>The event time up to which all texts have arrived, except those out of order.</summary>
    public DateTimeOffset Current { get; set; }

    /// <summary>How far texts are behind the event time.</summary>
    public OutOfOrderness OutOfOrderness { get; set; } = new();

    /// <summary>The share of recent texts that were recent when they were received; above one half the stream is live.</summary>
    public double? LiveShare { get; set; }

    /// <summary>The largest recent delay between the time of an event and its receipt.</summary>
    public TimeSpan MaxDelay { get; set; }

    /// <summary>The time at which <see cref="MaxDelay"/> was last updated.</summary>
    public DateTimeOffset DelayUpdatedAt { get; set; }
}

/// <summary>The progress of one input partition, as Inference reports it.</summary>
internal sealed class InputPartition
{
    /// <summary>Every offset below it has been processed.</summary>
    public long Next { get; set; }

    /// <summary>The last reported end of the partition.</summary>
    public long End { get; set; }

    /// <summary>The largest event time that was processed; null before the first text.</summary>
    public DateTimeOffset? EventTime { get; set; }

    /// <summary>The largest event time of the texts that were counted; null before the first.</summary>
    public DateTimeOffset? LatestText { get; set; }

    /// <summary>Whether the partition has been processed to its end.</summary>
    [JsonIgnore]
    public bool IsIdle => Next >= End;
}
