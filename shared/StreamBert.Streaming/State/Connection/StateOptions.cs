using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace StreamBert.Streaming.State.Connection;

/// <summary>Where the state store is and how much it may hold. Bound from the section <c>Redis</c>.</summary>
public sealed class StateOptions
{
    public const string Section = "Redis";

    /// <summary>A StackExchange.Redis connection string: <c>host:port,password=…,ssl=true</c>. Redis 7 or Garnet.</summary>
    [Required]
    public string ConnectionString { get; set; } = "127.0.0.1:6379";

    /// <summary>The user of Redis's access control lists; it goes over the connection string's.</summary>
    public string? User { get; set; }

    /// <summary>The password; it goes over the connection string's, so that it alone can be a mounted secret.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// A PEM file with the authority that has signed the server's certificate, where the system does not know it. Turns TLS on.
    /// </summary>
    public string? CaCertificate { get; set; }

    /// <summary>Put before every key. The braces keep all keys in one slot of a Redis cluster.</summary>
    [Required]
    public string KeyPrefix { get; set; } = "{streambert}:";

    /// <summary>Predictions that can be looked up by id; the oldest make room.</summary>
    [Range(100, 100_000_000)]
    public int MaxPredictions { get; set; } = 20_000;

    /// <summary>How long a prediction can be looked up at most.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan PredictionLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Predictions per pipeline that lists and filters reach.</summary>
    [Range(10, 10_000_000)]
    public int MaxRecentPerPipeline { get; set; } = 5_000;

    /// <summary>Windows kept per series; 1,440 windows of a minute are a day.</summary>
    [Range(10, 1_000_000)]
    public int MaxWindowsPerSeries { get; set; } = 1_440;

    /// <summary>Series of entities kept; those that were mentioned last.</summary>
    [Range(10, 1_000_000)]
    public int MaxEntitySeries { get; set; } = 500;

    /// <summary>Alerts kept, open and resolved.</summary>
    [Range(10, 1_000_000)]
    public int MaxAlerts { get; set; } = 1_000;

    /// <summary>Model versions kept.</summary>
    [Range(2, 100_000)]
    public int MaxModelVersions { get; set; } = 200;

    /// <summary>
    /// Series of segments (a label, a value of an attribute) kept; those that had texts last. The whole of each head is always kept.
    /// </summary>
    [Range(10, 1_000_000)]
    public int MaxSegmentSeries { get; set; } = 2_000;

    /// <summary>
    /// Bytes of one stored value. A larger prediction stands there without text and attributes, a model version without its reports; they
    /// stand in the log.
    /// </summary>
    [Range(4 * 1024, 900 * 1024)]
    public int MaxValueBytes { get; set; } = 512 * 1024;

    /// <summary>Bytes of stored values in one page of an answer, which then has a cursor to the next.</summary>
    [Range(64 * 1024, 256 * 1024 * 1024)]
    public int MaxPageBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// Memory that all reads under way may hold together; a value counts four times its bytes. Who finds no room for some seconds is
    /// answered 503.
    /// </summary>
    [Range(1024 * 1024, 1L << 40)]
    public long MaxReadBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>How long one command may take before the store counts as unavailable.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);
}

[OptionsValidator]
internal sealed partial class StateOptionsValidator : IValidateOptions<StateOptions>;
