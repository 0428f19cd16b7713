using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamBert.Streaming.Settings;

namespace StreamBert.Streaming.Log.Kafka.Clients;

/// <summary>Creates Kafka's clients, all with the same settings and the same logging, and sends requests through them.</summary>
internal sealed class KafkaClients(KafkaSettings settings, TimeProvider time, ILogger logger)
{
    /// <summary>The timeout of a step of a transaction, and of a request of a group's reader.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MinAttemptTimeout = TimeSpan.FromSeconds(1);

    public KafkaSettings Settings => settings;
    public TimeProvider Time => time;
    public ILogger Logger => logger;

    public IAdminClient CreateAdmin() => Build(() =>
        new AdminClientBuilder(settings.Admin()).SetLogHandler((_, m) => Log(m)).SetErrorHandler((_, e) => Log(e)).Build());

    /// <param name="config">The settings of the producer.</param>
    /// <param name="onFatalError">Called when the producer has failed for good.</param>
    public IProducer<byte[], byte[]> CreateProducer(ProducerConfig config, Action? onFatalError = null) => Build(() =>
        new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, m) => Log(m)).SetErrorHandler((_, e) =>
        {
            Log(e);
            if (e.IsFatal)
                onFatalError?.Invoke();
        }).Build());

    /// <param name="group">The consumer group.</param>
    /// <param name="exclusive">Whether the consumer reads all partitions or none.</param>
    public ConsumerBuilder<byte[], byte[]> ConsumerBuilder(string group, bool exclusive = false) =>
        new ConsumerBuilder<byte[], byte[]>(settings.Consumer(group, exclusive))
            .SetLogHandler((_, m) => Log(m))
            .SetErrorHandler((_, e) => Log(e));

    /// <summary>Creates a consumer outside of any group; its partitions are assigned to it.</summary>
    public IConsumer<byte[], byte[]> CreateReader() => Build(() => ConsumerBuilder($"streambert-reader-{Guid.NewGuid():N}").Build());

    /// <summary>
    /// Sends a query, which changes nothing or may be repeated, and retries transient errors for up to <see
    /// cref="KafkaSettings.QueryTimeout"/>; they occur right after a topic was created or a leader elected.
    /// </summary>
    /// <param name="query">The query, given its remaining time.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <exception cref="LogUnavailableException">The brokers did not answer in time.</exception>
    public async Task<T> QueryAsync<T>(Func<TimeSpan, Task<T>> query, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        for (var delay = FirstDelay; ; delay = delay * 2 < MaxDelay ? delay * 2 : MaxDelay)
        {
            var left = settings.QueryTimeout - time.GetElapsedTime(started);
            try
            {
                return await RequestAsync(() => query(left > MinAttemptTimeout ? left : MinAttemptTimeout)).WaitAsync(cancellation);
            }
            catch (LogUnavailableException) when (time.GetElapsedTime(started) + delay < settings.QueryTimeout)
            {
                await Task.Delay(delay, time, cancellation);
            }
        }
    }

    /// <summary>Sends a request once.</summary>
    /// <exception cref="LogUnavailableException">The brokers answered with transient errors only.</exception>
    public static async Task<T> RequestAsync<T>(Func<Task<T>> request)
    {
        try
        {
            return await request();
        }
        catch (KafkaException e) when (KafkaErrors.In(e) is { Count: > 0 } errors && errors.TrueForAll(KafkaErrors.IsTransient))
        {
            throw new LogUnavailableException($"Kafka does not answer: {KafkaErrors.In(e)[0].Reason}", e);
        }
    }

    private static T Build<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new ConfigurationException($"A setting under 'Kafka' is invalid: {e.Message}", e);
        }
    }

    private void Log(Error error)
    {
        if (error.IsFatal)
            logger.LogError("Kafka client failed and must be replaced: {Reason} ({Code})", error.Reason, error.Code);
        else
            logger.LogWarning("Kafka client reported an error and retries: {Reason} ({Code})", error.Reason, error.Code);
    }

    /// <summary>
    /// Logs a message of librdkafka, except for its warnings about settings of other client types: all clients share the settings of the
    /// section.
    /// </summary>
    private void Log(LogMessage message)
    {
        if (message.Facility != "CONFWARN")
        {
            var level = (LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging);
            logger.Log(level, "librdkafka {Facility}: {Message}", message.Facility, message.Message);
        }
    }
}
