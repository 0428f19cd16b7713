using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Events;

/// <summary>Records that one reader could not use, by topic and reason.</summary>
/// <param name="Reader">Who read them, such as <c>monitoring</c> or <c>ledger</c>.</param>
/// <param name="Count">How many since this process started.</param>
/// <param name="Last">Where the last of them stands.</param>
/// <param name="Detail">What is wrong with that one.</param>
public sealed record UnusableRecordCount(string Reader, string Topic, string Reason, long Count, RecordPosition Last, string Detail);

/// <summary>
/// Where every reader of this process reports a record that it cannot use and passes over: a warning names the record (of many, the log
/// writes the first ones and a count), and status, metrics and
/// dashboard show the numbers. A singleton; thread-safe.
/// </summary>
public sealed class UnusableRecords(ILogger<UnusableRecords> logger)
{
    private static readonly Counter<long> Metric = Telemetry.Meter("Streaming").CreateCounter<long>(
        "streambert.records.unusable", "{record}", "Records that a reader could not use and passed over, by reader, topic and reason.");

    private readonly ConcurrentDictionary<(string Reader, string Topic, string Reason), UnusableRecordCount> _counts = [];

    /// <summary>By reader, topic and reason.</summary>
    public IReadOnlyList<UnusableRecordCount> Counts =>
        [.. _counts.Values.OrderBy(static c => c.Reader, StringComparer.Ordinal).ThenBy(static c => c.Topic, StringComparer.Ordinal)
            .ThenBy(static c => c.Reason, StringComparer.Ordinal)];

    /// <param name="consequence">What becomes of the record, as a sentence.</param>
    public void Report(string reader, RecordPosition position, RecordFault fault, string consequence)
    {
        var topic = position.Topic;
        _counts.AddOrUpdate(
            (reader, topic, fault.Reason),
            key => new(reader, topic, fault.Reason, 1, position, fault.Detail),
            (_, known) => known with { Count = known.Count + 1, Last = position, Detail = fault.Detail });
        Metric.Add(1, new("reader", reader), new("topic", topic), new KeyValuePair<string, object?>("reason", fault.Reason));
        // Events are told apart by their ids alone: of each reader, topic and reason the first messages are written.
        logger.LogWarning(
            new EventId(HashCode.Combine(reader, topic, fault.Reason), reader), fault.Reason == DeadLetterReasons.ProcessingFailed
                ? fault.Error
                : null,
            "{Reader} cannot use the record at {Position} ({Reason}: {Detail}). {Consequence}", reader, position, fault.Reason, fault.Detail, consequence);
    }
}
