using System.Diagnostics.Metrics;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Inference;

/// <summary>What the service measures, on the meter <c>StreamBert.Inference</c>.</summary>
internal static class InferenceMetrics
{
    private static readonly Meter Meter = Telemetry.Meter("Inference");

    /// <summary>Texts classified, by <c>pipeline</c>.</summary>
    public static readonly Counter<long> Texts = Meter.CreateCounter<long>(
        "streambert.inference.texts",
        "{text}",
        "Texts classified and committed.");

    /// <summary>Texts whose prediction carries notes, by <c>pipeline</c>.</summary>
    public static readonly Counter<long> Notes =
        Meter.CreateCounter<long>(
            "streambert.inference.noted_texts",
            "{text}",
            "Texts that were read in another way than they were written.");

    public static readonly Counter<long> Tokens = Meter.CreateCounter<long>(
        "streambert.inference.tokens",
        "{token}",
        "Word pieces of classified texts.");

    /// <summary>Texts whose event time was later than their receipt, by <c>pipeline</c>.</summary>
    public static readonly Counter<long> ClockSkew = Meter.CreateCounter<long>(
        "streambert.inference.clock_skew",
        "{text}",
        "Texts whose event time was later than their receipt and was set to it.");

    /// <summary>Dead letters, by <c>reason</c>.</summary>
    public static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>(
        "streambert.inference.dead_letters",
        "{record}",
        "Records that failed alone.");

    public static readonly Counter<long> Batches = Meter.CreateCounter<long>(
        "streambert.inference.batches",
        "{batch}",
        "Batches computed.");
    public static readonly Counter<long> FailedBatches = Meter.CreateCounter<long>(
        "streambert.inference.failed_batches",
        "{batch}",
        "Forward passes that threw.");
    public static readonly Histogram<long> BatchTexts = Meter.CreateHistogram<long>(
        "streambert.inference.batch.texts",
        "{text}",
        "Texts in a batch.");
    public static readonly Histogram<long> BatchTokens = Meter.CreateHistogram<long>(
        "streambert.inference.batch.tokens",
        "{token}",
        "Word pieces in a batch.");
    public static readonly Histogram<double> ModelTime = Meter.CreateHistogram<double>(
        "streambert.inference.model.duration",
        "s",
        "Forward pass of a batch.");

    public static readonly Counter<long> CacheHits = Meter.CreateCounter<long>(
        "streambert.inference.cache.hits",
        "{text}",
        "Texts whose answer was remembered.");
    public static readonly Counter<long> CacheMisses = Meter.CreateCounter<long>(
        "streambert.inference.cache.misses",
        "{text}",
        "Texts whose answer was looked for and not remembered.");

    /// <summary>From the read of a record to the start of its batch, by <c>lane</c>.</summary>
    public static readonly Histogram<double> Wait = Meter.CreateHistogram<double>(
        "streambert.inference.wait",
        "s",
        "From the read of a record to the start of its batch.");

    public static readonly UpDownCounter<long> InFlight = Meter.CreateUpDownCounter<long>(
        "streambert.inference.in_flight",
        "{record}",
        "Records read and not yet committed.");
    public static readonly UpDownCounter<long> InFlightBytes = Meter.CreateUpDownCounter<long>(
        "streambert.inference.in_flight.bytes",
        "By",
        "Bytes that records take from their read to their commit.");
    public static readonly Counter<long> Commits = Meter.CreateCounter<long>(
        "streambert.inference.commits",
        "{commit}",
        "Atomic commits of outputs with offsets.");

    /// <summary>Model swaps, by <c>model</c> and <c>outcome</c> (swapped, failed).</summary>
    public static readonly Counter<long> Swaps = Meter.CreateCounter<long>(
        "streambert.inference.model.swaps",
        "{swap}",
        "Model versions that were to take over.");
}
