namespace StreamBert.Streaming.Log;

/// <summary>Which engine carries the log and how its topics are made. Bound from the section <c>Log</c>.</summary>
public sealed class EventLogOptions
{
    public const string Section = "Log";
    public const string Embedded = "embedded";
    public const string Kafka = "kafka";

    /// <summary><c>embedded</c> or <c>kafka</c>; without it: kafka if <c>Kafka:BootstrapServers</c> is set, else embedded.</summary>
    public string? Engine { get; set; }

    /// <summary>Where the embedded log keeps its files.</summary>
    public string Directory { get; set; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".streambert", "log");

    /// <summary>Partitions of the topics that carry texts, predictions, feedback, routes and dead letters.</summary>
    public int Partitions { get; set; } = 4;

    /// <summary>Replicas of each partition; Kafka only. 0: what the broker is set to.</summary>
    public short Replicas { get; set; }

    /// <summary>
    /// Age at which texts, predictions, routes and trends may go; null keeps them until <see cref="MaxBytes"/>.
    /// Kafka judges age by the record's own timestamp, so old texts that are replayed would go at once: set it knowingly.
    /// </summary>
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Age at which dead letters may go; null keeps them.</summary>
    public TimeSpan? DeadLetterMaxAge { get; set; }

    /// <summary>Age at which verdicts may go; null keeps them, for every training learns from all of them.</summary>
    public TimeSpan? FeedbackMaxAge { get; set; }

    /// <summary>Bytes a partition of those topics may hold; null keeps everything.</summary>
    public long? MaxBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>
    /// Bytes the embedded log's file may grow to; at that it refuses what comes as a full disk does, until retention has made room. Null:
    /// until the disk is full.
    /// </summary>
    public long? MaxFileBytes { get; set; }

    /// <summary>The data directory that the log is part of, where it is: what else stands in it tells whether a log is missing.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>
    /// How long the pages of the embedded log are checked when it is opened. The rest is checked when it is read, and by <c>streambert
    /// verify</c>.
    /// </summary>
    public TimeSpan OpenCheckTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Time between two sweeps of the embedded log's retention.</summary>
    public TimeSpan RetentionCheckInterval { get; set; } = TimeSpan.FromMinutes(1);
}
