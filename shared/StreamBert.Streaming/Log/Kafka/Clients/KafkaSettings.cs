using System.Globalization;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using StreamBert.Streaming.Settings;

namespace StreamBert.Streaming.Log.Kafka.Clients;

/// <summary>
/// Holds the settings of the section <c>Kafka</c>: <c>BootstrapServers</c>, <c>Delivery</c> (<c>exactly-once</c>, the default, or
/// <c>at-least-once</c>), <c>CreateTopics</c> (default <c>true</c>; <c>false</c>: the brokers or their administrator create the topics),
/// <c>QueryTimeoutMs</c> (default 10,000), and any setting of librdkafka under its own name (<c>sasl.username</c>) or, where a name cannot
/// contain a dot, as <c>SaslUsername</c> or <c>sasl_username</c>. Values are never logged: some are secrets.
/// </summary>
public sealed partial class KafkaSettings
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Kafka";

    /// <summary>The value of <c>Delivery</c> that commits outputs and offsets in one transaction.</summary>
    public const string ExactlyOnce = "exactly-once";

    /// <summary>The value of <c>Delivery</c> that appends outputs and then commits offsets.</summary>
    public const string AtLeastOnce = "at-least-once";

    /// <summary>The largest message in bytes: the largest record with 1 MiB for its headers.</summary>
    public const int MaxMessageBytes = NewRecord.MaxBytes + (1024 * 1024);

    private const int DefaultQueryTimeoutMs = 10_000;

    /// <summary>
    /// librdkafka's default, <c>rebootstrap</c>, forgets the brokers whenever all are unreachable: it then tries to connect hundreds of
    /// times a second, and a transaction that was begun before does not find its coordinator again (measured: 34 s instead of 14 s until
    /// the first commit after an outage).
    /// </summary>
    private const string MetadataRecovery = "none";

    private readonly Dictionary<string, string> _given;

    /// <summary>Reads the settings.</summary>
    /// <param name="settings">The keys and values of the section.</param>
    /// <param name="replicas">The replicas of new topics; 0: the broker's default.</param>
    /// <exception cref="ConfigurationException">The servers are missing, or a value is invalid.</exception>
    public KafkaSettings(IReadOnlyDictionary<string, string> settings, short replicas = 0)
    {
        _given = settings.ToDictionary(static s => ToLibrdkafkaName(s.Key), static s => s.Value, StringComparer.Ordinal);
        _given.Remove("delivery", out var delivery);
        (CreateTopics, QueryTimeout) = (ReadCreateTopics(), ReadQueryTimeout());
        if (string.IsNullOrWhiteSpace(_given.GetValueOrDefault("bootstrap.servers")))
        {
            throw new ConfigurationException(
                "Kafka:BootstrapServers is missing; set it to host:port of one or more brokers, or set Log:Engine to embedded.");
        }

        if (delivery is not (null or ExactlyOnce or AtLeastOnce))
            throw new ConfigurationException($"Kafka:Delivery is '{delivery}'; it must be '{ExactlyOnce}' or '{AtLeastOnce}'.");
        (Transactional, Replicas) = (delivery is not AtLeastOnce, replicas);
    }

    /// <summary>Whether outputs and offsets are committed in one transaction.</summary>
    public bool Transactional { get; }

    /// <summary>Whether StreamBert creates missing topics.</summary>
    public bool CreateTopics { get; }

    /// <summary>The replicas of new topics; 0: the broker's default.</summary>
    public short Replicas { get; }

    /// <summary>The timeout of a query for topics, offsets or committed offsets, including its retries.</summary>
    internal TimeSpan QueryTimeout { get; }

    /// <summary>The interval at which new partitions are looked up.</summary>
    internal TimeSpan MetadataInterval => TimeSpan.FromMilliseconds(Consumer("").TopicMetadataRefreshIntervalMs!.Value);

    /// <summary>Reads the settings of a configuration.</summary>
    public static KafkaSettings From(IConfiguration configuration, EventLogOptions options) => new(
        configuration.GetSection(Section).GetChildren().Where(static c => c.Value is not null)
            .ToDictionary(static c => c.Key, static c => c.Value!),
        options.Replicas);

    internal AdminClientConfig Admin() => new(Merge([], []));

    /// <summary>
    /// Returns the settings of an idempotent producer; keys choose partitions as with Java's producer. An append fails after 15 seconds of
    /// an outage, not after librdkafka's five minutes: the API then answers 503, and every service retries.
    /// </summary>
    internal ProducerConfig Producer() => new(Merge(
        new()
        {
            ["linger.ms"] = "2",
            ["compression.type"] = "lz4",
            ["message.max.bytes"] = $"{MaxMessageBytes}",
            ["message.timeout.ms"] = "15000",
        },
        new() { ["enable.idempotence"] = "true", ["partitioner"] = "murmur2_random" }));

    /// <summary>
    /// Returns the settings of a transactional producer. Transactions are open only while a batch is committed, so a short timeout is
    /// enough: for that long the partitions of a killed reader stay blocked. The id need not survive a restart: the group's generation
    /// fences old readers (KIP-447).
    /// </summary>
    internal ProducerConfig Transactions(string group)
    {
        var config = Producer();
        config.TransactionalId = $"streambert-{group}-{Guid.NewGuid():N}";
        config.TransactionTimeoutMs ??= 15_000;
        config.Set("message.timeout.ms", $"{config.TransactionTimeoutMs}");
        return config;
    }

    /// <summary>
    /// Returns the settings of a consumer. A topic that a broker did not know or not authorize is looked up again after 30 seconds, not
    /// after five minutes.
    /// </summary>
    /// <param name="group">The consumer group.</param>
    /// <param name="exclusive">Whether the reader has all partitions or none: its group then reassigns everything at once.</param>
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

    private bool ReadCreateTopics() => !_given.Remove("create.topics", out var value) || (bool.TryParse(value, out var create)
        ? create
        : throw new ConfigurationException($"Kafka:CreateTopics is '{value}'; it must be true or false."));

    private TimeSpan ReadQueryTimeout()
    {
        if (!_given.Remove("query.timeout.ms", out var value))
            return TimeSpan.FromMilliseconds(DefaultQueryTimeoutMs);
        return int.TryParse(value, CultureInfo.InvariantCulture, out var parsed) && parsed > 0
            ? TimeSpan.FromMilliseconds(parsed)
            : throw new ConfigurationException($"Kafka:QueryTimeoutMs is '{value}'; it must be a positive number of milliseconds.");
    }

    /// <summary>
    /// Merges the defaults, the given settings and, with precedence, the settings that the guarantees of the log require.
    /// </summary>
    private Dictionary<string, string> Merge(Dictionary<string, string> defaults, Dictionary<string, string> required)
    {
        var merged = new Dictionary<string, string>(defaults)
        {
            ["client.id"] = "streambert",
            ["metadata.recovery.strategy"] = MetadataRecovery,
        };
        foreach (var (key, value) in _given.Concat(required))
            merged[key] = value;
        return merged;
    }

    private static string ToLibrdkafkaName(string key) => key.Contains('.')
        ? key
        : WordStart().Replace(key, ".").Replace('_', '.').ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStart();
}
