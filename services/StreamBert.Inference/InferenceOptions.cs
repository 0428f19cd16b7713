using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamBert.Model;

namespace StreamBert.Inference;

/// <summary>How the service batches, computes and commits. Bound from the section <c>Inference</c>.</summary>
public sealed class InferenceOptions
{
    public const string Section = "Inference";

    /// <summary>
    /// The maximum number of tokens in a batch; a longer single text is a batch of its own. Default: 512. A CPU core gains nothing from
    /// more than a few hundred, and interactive texts wait for the current batch; a GPU needs 16384 or more.
    /// </summary>
    [Range(1, 1 << 20)]
    public int MaxBatchTokens { get; set; } = 512;

    /// <summary>The maximum number of texts in a batch. Default: 64; use 256 or more for a GPU.</summary>
    [Range(1, 1 << 16)]
    public int MaxBatchSize { get; set; } = 64;

    /// <summary>
    /// The time that the oldest queued text waits for a prefetched batch to fill while the device is busy. Default: 5 ms. A free device
    /// never waits.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan MaxBatchDelay { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// The time after which a queued text goes first, before texts of a nearer length and before interactive texts. Default: 2 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan MaxStarvation { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The number of queued tokens above which reading pauses, for bulk and for interactive texts each. Default: 16384. The tokens of many
    /// batches allow batches of near lengths.
    /// </summary>
    [Range(1, 1 << 24)]
    public int MaxQueuedTokens { get; set; } = 16 * 1024;

    /// <summary>The device of the models: <c>cpu</c>, <c>cuda</c>, or several GPUs as <c>cuda:0,cuda:1</c>. Default: <c>cpu</c>.</summary>
    [Required, RegularExpression("^(cpu|cuda(:[0-9]+)?(,cuda:[0-9]+)*)$")]
    public string Device { get; set; } = ComputeOptions.Cpu;

    /// <summary>
    /// The data type of the computation: <c>float32</c>, <c>bfloat16</c>, <c>float16</c> (CUDA only), <c>int8</c> (CPU only) or
    /// <c>auto</c>: the fastest one of the processor that, according to the package, loses at most 0.3 points of accuracy. Default:
    /// <c>auto</c>.
    /// </summary>
    [Required]
    public string Dtype { get; set; } = ComputeOptions.Auto;

    /// <summary>The number of batches computed at once. Default: one for each processor core, or for each GPU.</summary>
    [Range(1, 256)]
    public int? Replicas { get; set; }

    /// <summary>
    /// The number of batches prepared while all replicas compute. Default: 0. 0 suits a CPU; 1 keeps a GPU busy.
    /// </summary>
    [Range(0, 8)]
    public int Prefetch { get; set; }

    /// <summary>
    /// The number of predictions that each model caches for texts that are repeated. Default: 16384. A prediction takes a few kilobytes; 0
    /// switches the cache off.
    /// </summary>
    [Range(0, 1 << 24)]
    public int CacheEntries { get; set; } = 16 * 1024;

    /// <summary>
    /// The number of threads that parse and tokenize the records of a read. Default: half the processor cores, at least one.
    /// </summary>
    [Range(1, 256)]
    public int? TokenizerWorkers { get; set; }

    /// <summary>The maximum number of records in a read, and so in a commit. Default: 128.</summary>
    [Range(1, 100_000)]
    public int ReadSize { get; set; } = 128;

    /// <summary>The maximum number of reads that are not committed yet. Default: 16.</summary>
    [Range(1, 1024)]
    public int MaxInFlightReads { get; set; } = 16;

    /// <summary>
    /// The bytes that records may occupy between their read and their commit, in all consumer groups of a process together. Default: 64
    /// MiB. A record counts six times its own bytes plus 2 KiB, for its text, its tokens and its output. Reading pauses above the limit; a
    /// single record over the limit is processed alone.
    /// </summary>
    [Range(64 * 1024, 1L << 40)]
    public long MaxInFlightBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// The tolerance, in time, for a producer's clock that is ahead: a later event time is set to the receipt of the text and counted as
    /// clock skew. Default: 5 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ClockSkewTolerance { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The interval at which a worker reports that its partitions are idle. Default: 5 s. A silence is detected no sooner.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time that a stop waits for in-flight records to be committed. Default: 10 s. The remaining records are reprocessed at the next
    /// start.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The delay before a failed consumer group joins again, and before an unhealthy model is tried again. Default: 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The bytes of a read: small against <see cref="MaxInFlightBytes"/>, since the budget does not include the read that waits for it.
    /// </summary>
    internal int ReadBytes => (int)Math.Clamp(MaxInFlightBytes / 64, 16 * 1024, 4 * 1024 * 1024);

    internal IReadOnlyList<ComputeOptions> Devices =>
    [
        .. Device.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(device => new ComputeOptions(device, Dtype)),
    ];

    internal int DefaultReplicas => Device == ComputeOptions.Cpu ? Environment.ProcessorCount : Devices.Count;
}

[OptionsValidator]
internal sealed partial class InferenceOptionsValidator : IValidateOptions<InferenceOptions>;
