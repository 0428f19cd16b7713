using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Chaos.Plan;
using StreamBert.Chaos.Processes;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Log.Embedded.Storage;
using StreamBert.Streaming.Log.Kafka;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Chaos;

/// <summary>Counts the outcomes of every text of a run from the log alone, independently of how <c>verify</c> does it.</summary>
internal sealed class OutcomeCounts(string prefix)
{
    private readonly Dictionary<string, int> _counts = [];

    public int TrainingRuns { get; private set; }

    public int Duplicated => _counts.Values.Count(static count => count > 1);

    public static async Task<OutcomeCounts> ReadAsync(
        ChaosOptions options, string prefix, TimeProvider time, CancellationToken cancellation)
    {
        var outcomes = new OutcomeCounts(prefix);
        await using var log = OpenLog(options, time);
        await foreach (var record in log.ReadToEndAsync(Topics.Predictions, null, cancellation, awaitOpenTransactions: true))
            outcomes.Count(Wire.Deserialize<TextClassified>(record.Value).Id);
        await foreach (var record in log.ReadToEndAsync(Topics.DeadLetter, null, cancellation, awaitOpenTransactions: true))
        {
            if (Wire.Deserialize<DeadLettered>(record.Value) is { Value: { } value })
                outcomes.Count(Wire.Deserialize<TextReceived>(value).Id);
        }

        await foreach (var record in log.ReadToEndAsync(Topics.Models, null, cancellation))
        {
            if (EventRecord.Is<ModelTrained>(record))
                outcomes.TrainingRuns++;
        }

        return outcomes;
    }

    /// <summary>Counts the acknowledged texts that have no outcome.</summary>
    public int CountLost(IEnumerable<string> acknowledged) => acknowledged.Count(id => !_counts.ContainsKey(id));

    private static IEventLog OpenLog(ChaosOptions options, TimeProvider time) => options.Kafka is { } servers
        ? new KafkaEventLog(
            KafkaSettings.From(new ConfigurationBuilder().AddInMemoryCollection([new("Kafka:BootstrapServers", servers)]).Build(), new()),
            time,
            NullLogger<KafkaEventLog>.Instance)
        : EmbeddedEventLog.Open(
            new() { Directory = Path.Combine(StreamBertInstance.GetDataDirectory(options), "log") },
            time,
            NullLogger<EmbeddedEventLog>.Instance);

    private void Count(string id)
    {
        if (id.StartsWith(prefix, StringComparison.Ordinal))
            _counts[id] = _counts.GetValueOrDefault(id) + 1;
    }
}
