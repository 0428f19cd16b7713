using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamBert.Streaming.Log.Kafka;

/// <summary>
/// librdkafka may not come back from a call whose connection broke, whatever time the call was given (seen with the offsets of a
/// transaction, with
/// its end and with leaving a group). Nobody waits for such a call, nor for the end of the client it was made on, which waits for the call.
/// </summary>
internal static class NativeCall
{
    private static readonly TimeSpan Longest = KafkaClients.Patience * 1.5;

    /// <exception cref="KafkaException">It failed; or did not come back, with a <see cref="TimeoutException"/> within.</exception>
    public static void Bounded(Action call)
    {
        try
        {
            Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(Longest)
                .GetAwaiter()
                .GetResult();
        }
        catch (TimeoutException e)
        {
            throw new KafkaException(
                new Error(ErrorCode.Local_TimedOut, $"librdkafka did not come back within {Longest.TotalSeconds} s"),
                e);
        }
    }

    /// <summary>Ends a client that has failed, on a thread of its own.</summary>
    public static void LetGo(IDisposable client, ILogger logger) => _ = Task.Factory.StartNew(
        () =>
        {
            try
            {
                client.Dispose();
            }
            catch (Exception e)
            {
                logger.LogWarning("A client of Kafka that had failed could not be ended: {Reason}", e.Message);
            }
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
