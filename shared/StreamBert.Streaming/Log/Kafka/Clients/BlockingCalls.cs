using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamBert.Streaming.Log.Kafka.Clients;

/// <summary>Runs calls of Kafka's clients that block their thread.</summary>
/// <remarks>
/// librdkafka may never return from a call whose connection broke, whatever timeout the call was given (observed when it sends the offsets
/// of a transaction, ends a transaction and leaves a group). No thread waits for such a call, nor for the disposal of its client, which
/// waits for the call.
/// </remarks>
internal static class BlockingCalls
{
    private static readonly TimeSpan ErrorDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CallTimeout = KafkaClients.RequestTimeout * 1.5;

    /// <summary>Runs work that blocks on a thread of its own.</summary>
    public static Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Runs a call and stops waiting for it after one and a half request timeouts.</summary>
    /// <exception cref="KafkaException">The call failed, or timed out with an inner <see cref="TimeoutException"/>.</exception>
    public static void RunWithTimeout(Action call)
    {
        try
        {
            StartThread(call).WaitAsync(CallTimeout).GetAwaiter().GetResult();
        }
        catch (TimeoutException e)
        {
            throw new KafkaException(
                new Error(ErrorCode.Local_TimedOut, $"librdkafka did not return within {CallTimeout.TotalSeconds} s"), e);
        }
    }

    /// <summary>
    /// Polls a consumer: returns a message or an end of partition, or null when none arrived in time. A transient error is logged and
    /// counts as none.
    /// </summary>
    /// <exception cref="LogUnavailableException">The consumer has failed; a new one may work.</exception>
    public static ConsumeResult<byte[], byte[]>? Poll(
        IConsumer<byte[], byte[]> consumer, TimeSpan timeout, ILogger logger, CancellationToken cancellation)
    {
        try
        {
            return consumer.Consume(timeout);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            logger.LogWarning("Reading from Kafka failed and is retried: {Reason} ({Code})", e.Error.Reason, e.Error.Code);
            cancellation.WaitHandle.WaitOne(ErrorDelay);
            return null;
        }
        catch (KafkaException e)
        {
            throw new LogUnavailableException($"The Kafka consumer failed and must be replaced: {e.Error.Reason} ({e.Error.Code})", e);
        }
    }

    /// <summary>Disposes a failed client on a thread of its own.</summary>
    public static void DisposeInBackground(IDisposable client, ILogger logger) => _ = StartThread(() =>
    {
        try
        {
            client.Dispose();
        }
        catch (Exception e)
        {
            logger.LogWarning("A failed Kafka client could not be disposed: {Reason}", e.Message);
        }
    });

    private static Task StartThread(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
