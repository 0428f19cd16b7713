using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamBert.Model;

namespace StreamBert.Inference;

/// <summary>How texts become batches and batches predictions. Bound from the section <c>Inference</c>.</summary>
public sealed class InferenceOptions
{
    public const string Section = "Inference";

    /// <summary>
    /// Most word pieces in one batch; a longer single text is a batch of its own. A CPU core gains nothing from more than a few
    /// hundred, and interactive texts wait for a batch under way; a GPU wants 16384 or more.
    /// </summary>
    [Range(1, 1 << 20)]
    public int MaxBatchTokens { get; set; } = 512;

    /// <summary>Most texts in one batch; 256 or more for a GPU.</summary>
    [Range(1, 1 << 16)]
    public int MaxBatchSize { get; set; } = 64;

    /// <summary>
    /// While the device is busy: how long the oldest waiting text waits for a batch formed ahead to fill. A free device never waits.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan MaxBatchDelay { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a text may be passed over, for texts of nearer length or for interactive ones, before it comes first.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan MaxPassOver { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Word pieces that may wait for the device, for each of bulk and interactive; reading pauses above it. Many batches' worth lets
    /// lengths be matched.
    /// </summary>
    [Range(1, 1 << 24)]
    public int MaxWaitingTokens { get; set; } = 16 * 1024;

    /// <summary>Where models compute: <c>cpu</c>, <c>cuda</c>, or several GPUs as <c>cuda:0,cuda:1</c>.</summary>
    [Required, RegularExpression("^(cpu|cuda(:[0-9]+)?(,cuda:[0-9]+)*)$")]
    public string Device { get; set; } = ComputeOptions.Cpu;

    /// <summary>The numbers they compute with: <c>float32</c>, <c>bfloat16</c>, <c>float16</c> (CUDA), <c>int8</c> (CPU).</summary>
    [Required]
    public string Dtype { get; set; } = ComputeOptions.Float32;

    /// <summary>Batches computed at once; null: one for each processor core, or for each GPU.</summary>
    [Range(1, 256)]
    public int? Replicas { get; set; }

    internal IReadOnlyList<ComputeOptions> Devices =>
        [.. Device.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(device => new ComputeOptions(device, Dtype))];

    internal int DefaultReplicas => Device == ComputeOptions.Cpu ? Environment.ProcessorCount : Devices.Count;

    /// <summary>Batches made ready while all replicas compute: 1 keeps a GPU fed, 0 is right where the cores themselves compute.</summary>
    [Range(0, 8)]
    public int Prefetch { get; set; }

    /// <summary>Answers that each model remembers, for texts that come again; 0: none. One takes a few kilobytes.</summary>
    [Range(0, 1 << 24)]
    public int CacheEntries { get; set; } = 16 * 1024;

    /// <summary>Threads that parse and tokenize the records of one read; null: half the processor cores, at least one.</summary>
    [Range(1, 256)]
    public int? TokenizerWorkers { get; set; }

    /// <summary>Most records taken from the log in one read, and so in one commit.</summary>
    [Range(1, 100_000)]
    public int ReadSize { get; set; } = 128;

    /// <summary>Reads that may be under way before the oldest is committed.</summary>
    [Range(1, 1024)]
    public int ReadsInFlight { get; set; } = 16;

    /// <summary>
    /// Bytes that records may take in memory from their read to their commit, in all groups of a process together: each counts six times
    /// its own bytes
    /// and 2 KiB, for its text, its word pieces and what it becomes. Reading pauses above it; a record that alone is larger goes through
    /// alone.
    /// </summary>
    [Range(64 * 1024, 1L << 40)]
    public long MaxInFlightBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Bytes of one read: small against <see cref="MaxInFlightBytes"/>, for what is read already waits outside of it.</summary>
    internal int ReadBytes => (int)Math.Clamp(MaxInFlightBytes / 64, 16 * 1024, 4 * 1024 * 1024);

    /// <summary>
    /// How far a producer's clock may be ahead: an event time that lies further after the receipt of its text is set to the receipt and
    /// counted as clock skew.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ClockSkewTolerance { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// While no texts come: how often a worker reports that it is at the ends of its partitions. Silences are seen no sooner.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// At a stop: how long what was read may take to be classified and committed; the rest is read again at the next start.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause before the log is joined again after an error, and before a broken model is tried again.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);
}

[OptionsValidator]
internal sealed partial class InferenceOptionsValidator : IValidateOptions<InferenceOptions>;
