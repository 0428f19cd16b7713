using System.Diagnostics.Metrics;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Inference;

/// <summary>The instruments of the service, on the meter <c>StreamBert.Inference</c>.</summary>
internal static class InferenceMetrics
{
    private static readonly Meter Meter = Telemetry.Meter("Inference");

    /// <summary>Classified texts by <c>pipeline</c>.</summary>
    public static readonly Counter<long> Texts = Meter.CreateCounter<long>(
        "streambert.inference.texts", "{text}", "Texts classified and committed, by pipeline.");

    /// <summary>Texts whose prediction carries notes, by <c>pipeline</c>.</summary>
    public static readonly Counter<long> NotedTexts = Meter.CreateCounter<long>(
        "streambert.inference.noted_texts", "{text}",
        "Texts with fields that were changed or omitted when they were parsed, by pipeline.");

    /// <summary>Texts whose event time was later than their receipt, by <c>pipeline</c>.</summary>
    public static readonly Counter<long> ClockSkewedTexts = Meter.CreateCounter<long>(
        "streambert.inference.clock_skewed_texts", "{text}",
        "Texts whose event time was later than their receipt and was set to it, by pipeline.");

    /// <summary>Texts in a language that their model was not trained on, by <c>pipeline</c> and <c>language</c>.</summary>
    public static readonly Counter<long> ForeignLanguageTexts = Meter.CreateCounter<long>(
        "streambert.inference.foreign_language_texts", "{text}",
        "Texts in a language that their model was not trained on, by pipeline and language.");

    public static readonly Counter<long> Tokens = Meter.CreateCounter<long>(
        "streambert.inference.tokens", "{token}", "Tokens of classified texts.");

    /// <summary>Dead letters by <c>reason</c>.</summary>
    public static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>(
        "streambert.inference.dead_letters", "{record}", "Records that became dead letters, by reason.");

    public static readonly Counter<long> Batches = Meter.CreateCounter<long>(
        "streambert.inference.batches", "{batch}", "Batches computed.");

    public static readonly Counter<long> FailedBatches = Meter.CreateCounter<long>(
        "streambert.inference.failed_batches", "{batch}", "Batches whose forward pass failed.");

    public static readonly Histogram<long> BatchTexts = Meter.CreateHistogram<long>(
        "streambert.inference.batch.texts", "{text}", "Texts in a batch.");

    public static readonly Histogram<long> BatchTokens = Meter.CreateHistogram<long>(
        "streambert.inference.batch.tokens", "{token}", "Tokens in a batch.");

    public static readonly Histogram<double> ModelDuration = Meter.CreateHistogram<double>(
        "streambert.inference.model.duration", "s", "Duration of the forward pass of a batch.");

    /// <summary>The time between the read of a record and the start of its batch, by <c>priority</c>.</summary>
    public static readonly Histogram<double> QueueDuration = Meter.CreateHistogram<double>(
        "streambert.inference.queue.duration", "s", "Time between the read of a record and the start of its batch, by priority.");

    public static readonly Counter<long> CacheHits = Meter.CreateCounter<long>(
        "streambert.inference.cache.hits", "{text}", "Texts whose prediction was cached.");

    public static readonly Counter<long> CacheMisses = Meter.CreateCounter<long>(
        "streambert.inference.cache.misses", "{text}", "Texts whose prediction was not cached.");

    public static readonly UpDownCounter<long> InFlightRecords = Meter.CreateUpDownCounter<long>(
        "streambert.inference.in_flight.records", "{record}", "Records read and not yet committed.");

    public static readonly UpDownCounter<long> InFlightBytes = Meter.CreateUpDownCounter<long>(
        "streambert.inference.in_flight.bytes", "By", "Bytes that records occupy between their read and their commit.");

    public static readonly Counter<long> Commits = Meter.CreateCounter<long>(
        "streambert.inference.commits", "{commit}", "Atomic commits of outputs and offsets.");

    /// <summary>Model swaps by <c>model</c> and <c>outcome</c> (swapped, failed).</summary>
    public static readonly Counter<long> Swaps = Meter.CreateCounter<long>(
        "streambert.inference.model.swaps", "{swap}", "Model versions swapped in or refused, by model and outcome.");
}
