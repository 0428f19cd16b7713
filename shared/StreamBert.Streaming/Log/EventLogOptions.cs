namespace StreamBert.Streaming.Log;

/// <summary>Configures the engine of the log and its topics. Bound from the section <c>Log</c>.</summary>
public sealed class EventLogOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Log";

    /// <summary>The value of <see cref="Engine"/> for the embedded log.</summary>
    public const string Embedded = "embedded";

    /// <summary>The value of <see cref="Engine"/> for Kafka.</summary>
    public const string Kafka = "kafka";

    /// <summary>
    /// The engine, <c>embedded</c> or <c>kafka</c>. Default: kafka if <c>Kafka:BootstrapServers</c> is set, else embedded.
    /// </summary>
    public string? Engine { get; set; }

    /// <summary>The directory of the embedded log's files. Default: <c>~/.streambert/log</c>.</summary>
    public string Directory { get; set; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".streambert", "log");

    /// <summary>The partitions of the topics that carry texts, predictions, feedback, routes and dead letters. Default: 4.</summary>
    public int Partitions { get; set; } = 4;

    /// <summary>The replicas of each partition; Kafka only. Default: 0, the broker's default.</summary>
    public short Replicas { get; set; }

    /// <summary>
    /// The retention of texts, predictions, routes and trends by age. Default: null, which keeps them until <see cref="MaxBytes"/>. Kafka
    /// determines the age by the record's own timestamp, so it would delete replayed old texts at once.
    /// </summary>
    public TimeSpan? MaxAge { get; set; }

    /// <summary>The retention of dead letters by age. Default: null, which keeps them.</summary>
    public TimeSpan? DeadLetterMaxAge { get; set; }

    /// <summary>The retention of feedback by age. Default: null, which keeps it: every training run learns from all feedback.</summary>
    public TimeSpan? FeedbackMaxAge { get; set; }

    /// <summary>The retention of those topics in bytes per partition; null keeps any amount. Default: 1 GiB.</summary>
    public long? MaxBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>
    /// The size limit of the embedded log's file in bytes. At the limit the log refuses appends, as with a full disk, until retention has
    /// freed space. Default: null, no limit.
    /// </summary>
    public long? MaxFileBytes { get; set; }

    /// <summary>The data directory that contains the log, if any: its other files tell whether a log is missing. Default: null.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>
    /// How long the pages of the embedded log are checked when it is opened. The other pages are checked when they are read, and by
    /// <c>streambert verify</c>. Default: 5 s.
    /// </summary>
    public TimeSpan OpenCheckTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The interval between two retention runs of the embedded log. Default: 1 minute.</summary>
    public TimeSpan RetentionCheckInterval { get; set; } = TimeSpan.FromMinutes(1);
}
