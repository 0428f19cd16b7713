using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>Kafka's consumer blocks the thread that polls it, so polls get threads of their own.</summary>
internal static class KafkaPolling
{
    private static readonly TimeSpan ErrorPause = TimeSpan.FromMilliseconds(200);

    public static Task<T> OnOwnThreadAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>One message or end of partition, or null when none came in time. A passing error is logged and counts as none.</summary>
    /// <exception cref="LogUnavailableException">The consumer cannot go on; another one may.</exception>
    public static ConsumeResult<byte[], byte[]>? Consume(
        IConsumer<byte[], byte[]> consumer, TimeSpan wait, ILogger logger, CancellationToken cancellation)
    {
        try
        {
            return consumer.Consume(wait);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            logger.LogWarning("Reading from Kafka failed and is retried: {Reason} ({Code})", e.Error.Reason, e.Error.Code);
            cancellation.WaitHandle.WaitOne(ErrorPause);
            return null;
        }
        catch (KafkaException e)
        {
            throw new LogUnavailableException(
                $"This reader of Kafka cannot go on and another must take its place: {e.Error.Reason} ({e.Error.Code})",
                e);
        }
    }
}
