using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace StreamBert.Streaming.State.Connection;

/// <summary>Configures where the state store is and how much it may hold. Bound from the section <c>Redis</c>.</summary>
public sealed class StateOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Redis";

    /// <summary>
    /// A StackExchange.Redis connection string: <c>host:port,password=…,ssl=true</c>. Redis 7 or Garnet. Default: <c>127.0.0.1:6379</c>.
    /// </summary>
    [Required]
    public string ConnectionString { get; set; } = "127.0.0.1:6379";

    /// <summary>The user of Redis's access control lists; it overrides the connection string's. Default: null.</summary>
    public string? User { get; set; }

    /// <summary>
    /// The password; it overrides the connection string's, so that only the password needs to be a mounted secret. Default: null.
    /// </summary>
    public string? Password { get; set; }

    /// <summary>
    /// A PEM file with the authority that signed the server's certificate, if the system does not know it. Turns TLS on. Default: null.
    /// </summary>
    public string? CaCertificate { get; set; }

    /// <summary>The prefix of every key. The braces keep all keys in one slot of a Redis cluster. Default: <c>{streambert}:</c>.</summary>
    [Required]
    public string KeyPrefix { get; set; } = "{streambert}:";

    /// <summary>The number of predictions that can be looked up by id; the oldest are removed. Default: 20,000.</summary>
    [Range(100, 100_000_000)]
    public int MaxPredictions { get; set; } = 20_000;

    /// <summary>How long a prediction can be looked up at most. Default: 7 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan PredictionLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The number of predictions per pipeline that lists and filters reach. Default: 5,000.</summary>
    [Range(10, 10_000_000)]
    public int MaxRecentPerPipeline { get; set; } = 5_000;

    /// <summary>
    /// The number of windows kept of the series of all texts of a head, in whole days of event time; 100,000 windows of a minute are ten
    /// weeks. Default: 100,000.
    /// </summary>
    [Range(10, 10_000_000)]
    public int MaxWindowsPerHead { get; set; } = 100_000;

    /// <summary>
    /// The number of windows kept of the series of a segment or an entity; 1,440 windows of a minute are a day. Default: 1,440.
    /// </summary>
    [Range(10, 1_000_000)]
    public int MaxWindowsPerSeries { get; set; } = 1_440;

    /// <summary>The number of entity series kept: those mentioned last. Default: 500.</summary>
    [Range(10, 1_000_000)]
    public int MaxEntitySeries { get; set; } = 500;

    /// <summary>The number of alerts kept, open and resolved; older ones are read from the topic. Default: 1,000.</summary>
    [Range(10, 1_000_000)]
    public int MaxAlerts { get; set; } = 1_000;

    /// <summary>The number of model versions kept. Default: 200.</summary>
    [Range(2, 100_000)]
    public int MaxModelVersions { get; set; } = 200;

    /// <summary>
    /// The number of segment series kept (a segment is a label or a value of an attribute): those that had texts last. The series of all
    /// texts of a head is always kept. Default: 2,000.
    /// </summary>
    [Range(10, 1_000_000)]
    public int MaxSegmentSeries { get; set; } = 2_000;

    /// <summary>
    /// Bytes of one stored value. A larger prediction is stored without text and attributes, and a larger model version without its
    /// reports; both remain complete in the log. Default: 524,288 (512 KiB).
    /// </summary>
    [Range(4 * 1024, 900 * 1024)]
    public int MaxValueBytes { get; set; } = 512 * 1024;

    /// <summary>
    /// Bytes of stored values in one page of a response, which then has a cursor to the next page. Default: 4,194,304 (4 MiB).
    /// </summary>
    [Range(64 * 1024, 256 * 1024 * 1024)]
    public int MaxPageBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// Bytes of memory that all reads may hold together; a value counts four times its bytes. A read that gets no memory for some seconds
    /// is answered 503. Default: 268,435,456 (256 MiB).
    /// </summary>
    [Range(1024 * 1024, 1L << 40)]
    public long MaxReadBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>How long one command may take before the store counts as unavailable. Default: 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);
}

[OptionsValidator]
internal sealed partial class StateOptionsValidator : IValidateOptions<StateOptions>;
