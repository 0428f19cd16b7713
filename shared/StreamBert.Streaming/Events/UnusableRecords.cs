using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Events;

/// <summary>Counts the records that a reader could not use, by topic and reason.</summary>
/// <param name="Reader">The reader, such as <c>monitoring</c> or <c>ledger</c>.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Reason">One of <see cref="DeadLetterReasons"/>.</param>
/// <param name="Count">The number of records since the process started.</param>
/// <param name="Last">The position of the last of them.</param>
/// <param name="Detail">The fault of the last of them.</param>
public sealed record UnusableRecordCount(string Reader, string Topic, string Reason, long Count, RecordPosition Last, string Detail);

/// <summary>
/// Collects the records that the readers of this process cannot use and skip: a log message names the record (repeated messages are
/// limited), and status, metrics and dashboard show the counts. A thread-safe singleton.
/// </summary>
public sealed class UnusableRecords(ILogger<UnusableRecords> logger)
{
    private static readonly Counter<long> Metric = Telemetry.Meter("Streaming").CreateCounter<long>(
        "streambert.records.unusable", "{record}", "Records that a reader could not use and skipped, by reader, topic and reason.");

    private readonly ConcurrentDictionary<(string Reader, string Topic, string Reason), UnusableRecordCount> _counts = [];

    /// <summary>The counts by reader, topic and reason.</summary>
    public IReadOnlyList<UnusableRecordCount> Counts =>
        [.. _counts.Values.OrderBy(static c => c.Reader, StringComparer.Ordinal).ThenBy(static c => c.Topic, StringComparer.Ordinal)
            .ThenBy(static c => c.Reason, StringComparer.Ordinal)];

    /// <summary>Reports a record.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="position">The position of the record.</param>
    /// <param name="fault">The fault of the record.</param>
    /// <param name="consequence">What happens to the record, as a sentence.</param>
    public void Report(string reader, RecordPosition position, RecordFault fault, string consequence)
    {
        var topic = position.Topic;
        _counts.AddOrUpdate(
            (reader, topic, fault.Reason),
            key => new(reader, topic, fault.Reason, 1, position, fault.Detail),
            (_, known) => known with { Count = known.Count + 1, Last = position, Detail = fault.Detail });
        Metric.Add(1, new("reader", reader), new("topic", topic), new KeyValuePair<string, object?>("reason", fault.Reason));
        // The id identifies repeated messages: the first ones of each reader, topic and reason are written.
        logger.LogWarning(
            new EventId(HashCode.Combine(reader, topic, fault.Reason), reader), fault.Reason == DeadLetterReasons.ProcessingFailed
                ? fault.Error
                : null,
            "{Reader} cannot use the record at {Position} ({Reason}: {Detail}). {Consequence}",
            reader, position, fault.Reason, fault.Detail, consequence);
    }
}
