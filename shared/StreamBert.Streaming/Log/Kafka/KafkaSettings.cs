using System.Globalization;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using StreamBert.Streaming.Settings;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>
/// The section <c>Kafka</c>: <c>BootstrapServers</c>, <c>Delivery</c> (<c>exactly-once</c> or <c>at-least-once</c>),
/// <c>CreateTopics</c> (<c>false</c>: the brokers or their administrator create them), <c>QueryTimeoutMs</c>, and any setting of librdkafka
/// under its own name
/// (<c>sasl.username</c>) or, where a dot cannot be written, as <c>SaslUsername</c> or <c>sasl_username</c>.
/// Values are never logged: some are secrets.
/// </summary>
public sealed partial class KafkaSettings
{
    public const string Section = "Kafka";
    public const string ExactlyOnce = "exactly-once";
    public const string AtLeastOnce = "at-least-once";

    /// <summary>The largest record, in bytes: a text of the largest size a pipeline may allow, with room for its envelope.</summary>
    public const int MaxMessageBytes = NewRecord.MaxBytes + (1024 * 1024);

    private const int DefaultQueryTimeoutMs = 10_000;

    /// <summary>
    /// librdkafka's own default, <c>rebootstrap</c>, forgets the brokers whenever all are away: it then tries to connect hundreds of times
    /// a second, and a transaction that was begun before
    /// does not find its coordinator again (measured: 34 s instead of 14 s until the first commit after an outage).
    /// </summary>
    private const string MetadataRecovery = "none";

    private readonly Dictionary<string, string> _given;

    /// <exception cref="ConfigurationException">No servers, an unknown delivery, or a query timeout that is no positive number.</exception>
    public KafkaSettings(IReadOnlyDictionary<string, string> settings, short replicas = 0)
    {
        _given = settings.ToDictionary(static s => Dotted(s.Key), static s => s.Value, StringComparer.Ordinal);
        _given.Remove("delivery", out var delivery);
        var create = !_given.Remove("create.topics", out var told) || (bool.TryParse(told, out var value)
            ? value
            : throw new ConfigurationException($"Kafka:CreateTopics is '{told}'; it must be true or false."));
        if (string.IsNullOrWhiteSpace(_given.GetValueOrDefault("bootstrap.servers")))
        {
            throw new ConfigurationException(
                "Kafka:BootstrapServers is missing; set it to host:port of one or more brokers, or set Log:Engine to embedded.");
        }

        if (delivery is not (null or ExactlyOnce or AtLeastOnce))
            throw new ConfigurationException($"Kafka:Delivery is '{delivery}'; it must be '{ExactlyOnce}' or '{AtLeastOnce}'.");
        var timeout = !_given.Remove("query.timeout.ms", out var milliseconds) ? DefaultQueryTimeoutMs
            : int.TryParse(milliseconds, CultureInfo.InvariantCulture, out var parsed) && parsed > 0 ? parsed
            : throw new ConfigurationException($"Kafka:QueryTimeoutMs is '{milliseconds}'; it must be a positive number of milliseconds.");
        (Transactional, CreateTopics, Replicas, QueryTimeout) = (delivery is not AtLeastOnce, create, replicas, TimeSpan.FromMilliseconds(
            timeout));
    }

    /// <summary>Whether outputs and offsets are committed in one transaction.</summary>
    public bool Transactional { get; }

    /// <summary>Whether missing topics are created here.</summary>
    public bool CreateTopics { get; }

    /// <summary>Replicas of new topics; 0: what the broker is set to.</summary>
    public short Replicas { get; }

    /// <summary>
    /// How long a question to the brokers (which topics there are, where they end, what is committed) may take, with its repetitions.
    /// </summary>
    internal TimeSpan QueryTimeout { get; }

    /// <summary>How often it is looked whether topics have got more partitions.</summary>
    internal TimeSpan MetadataInterval => TimeSpan.FromMilliseconds(Consumer("").TopicMetadataRefreshIntervalMs!.Value);

    public static KafkaSettings From(IConfiguration configuration, EventLogOptions options) => new(
        configuration.GetSection(Section).GetChildren().Where(static c => c.Value is not null)
            .ToDictionary(static c => c.Key, static c => c.Value!),
        options.Replicas);

    internal AdminClientConfig Admin() => new(Merge([], []));

    /// <summary>
    /// Writes each record once, even when it has to send it twice; keys choose partitions as with Java's producer. Who appends hears of an
    /// outage after 15 seconds, not after librdkafka's five minutes: the API then answers 503, and every service tries again.
    /// </summary>
    internal ProducerConfig Producer() => new(Merge(
        new()
        {
            ["linger.ms"] = "2",
            ["compression.type"] = "lz4",
            ["message.max.bytes"] = $"{MaxMessageBytes}",
            ["message.timeout.ms"] = "15000"
        },
        new() { ["enable.idempotence"] = "true", ["partitioner"] = "murmur2_random" }));

    /// <summary>
    /// Transactions are open only while a batch is committed, so a short timeout is enough: it is how long the partitions of a
    /// killed reader stay closed. The id need not survive: the group's generation fences old readers (KIP-447).
    /// </summary>
    internal ProducerConfig Transactions(string group)
    {
        var config = Producer();
        config.TransactionalId = $"streambert-{group}-{Guid.NewGuid():N}";
        config.TransactionTimeoutMs ??= 15_000;
        config.Set("message.timeout.ms", $"{config.TransactionTimeoutMs}");
        return config;
    }

    /// <summary>A topic that a broker once did not know, or not for us, is looked for again after half a minute, not after five.</summary>
    /// <param name="exclusive">For a reader that has all partitions or none: its group hands over everything at once.</param>
    internal ConsumerConfig Consumer(string group, bool exclusive = false)
    {
        var config = new ConsumerConfig(Merge(
            new()
            {
                ["fetch.wait.max.ms"] = "100",
                ["queued.max.messages.kbytes"] = "16384",
                ["session.timeout.ms"] = "15000",
                ["partition.assignment.strategy"] = "cooperative-sticky",
                ["topic.metadata.refresh.interval.ms"] = "30000",
            },
            new()
            {
                ["group.id"] = group,
                ["enable.auto.commit"] = "false",
                ["enable.auto.offset.store"] = "false",
                ["enable.partition.eof"] = "true",
                ["auto.offset.reset"] = "earliest",
                ["isolation.level"] = "read_committed",
            }));
        if (exclusive)
            config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range;
        return config;
    }

    /// <summary>Our defaults, over them what was given, over that what the engine's promises rest on.</summary>
    private Dictionary<string, string> Merge(Dictionary<string, string> defaults, Dictionary<string, string> needed)
    {
        var merged = new Dictionary<string, string>(defaults)
        {
            ["client.id"] = "streambert",
            ["metadata.recovery.strategy"] = MetadataRecovery
        };
        foreach (var (key, value) in _given.Concat(needed))
            merged[key] = value;
        return merged;
    }

    private static string Dotted(string key) => key.Contains('.')
        ? key
        : WordStart().Replace(key, ".").Replace('_', '.').ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStart();
}
