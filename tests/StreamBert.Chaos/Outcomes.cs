using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Log.Kafka;

namespace StreamBert.Chaos;

/// <summary>How often each id of a run came out, counted from the log alone: it knows nothing of how <c>verify</c> does it.</summary>
internal sealed class Outcomes(string prefix)
{
    private readonly Dictionary<string, int> _counts = [];

    public int Trained { get; private set; }

    public static async Task<Outcomes> ReadAsync(ChaosOptions options, string prefix, CancellationToken cancellation)
    {
        var outcomes = new Outcomes(prefix);
        await using var log = Open(options);
        await foreach (var record in log.ReadToEndAsync(Topics.Predictions, null, cancellation, awaitOpenTransactions: true))
            outcomes.Count(Wire.Deserialize<TextClassified>(record.Value).Id);
        await foreach (var record in log.ReadToEndAsync(Topics.DeadLetter, null, cancellation, awaitOpenTransactions: true))
        {
            if (Wire.Deserialize<DeadLettered>(record.Value) is { Value: { } value })
                outcomes.Count(Wire.Deserialize<TextReceived>(value).Id);
        }

        await foreach (var record in log.ReadToEndAsync(Topics.Models, null, cancellation))
        {
            if (record.Headers.TryGetValue(RecordHeaders.Type, out var type) && type.AsSpan().SequenceEqual("ModelTrained"u8))
                outcomes.Trained++;
        }

        return outcomes;
    }

    public int Lost(IEnumerable<string> acknowledged) => acknowledged.Count(id => !_counts.ContainsKey(id));

    public int Twice => _counts.Values.Count(static count => count > 1);

    private static IEventLog Open(ChaosOptions options) => options.Kafka is { } servers
        ? new KafkaEventLog(
            KafkaSettings.From(new ConfigurationBuilder().AddInMemoryCollection([new("Kafka:BootstrapServers", servers)]).Build(), new()),
            TimeProvider.System, NullLogger<KafkaEventLog>.Instance)
        : EmbeddedEventLog.Open(
            new() { Directory = Path.Combine(Instance.DataOf(options), "log") },
            TimeProvider.System,
            NullLogger<EmbeddedEventLog>.Instance);

    private void Count(string id)
    {
        if (id.StartsWith(prefix, StringComparison.Ordinal))
            _counts[id] = _counts.GetValueOrDefault(id) + 1;
    }
}
