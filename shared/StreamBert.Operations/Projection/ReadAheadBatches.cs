using System.Runtime.CompilerServices;
using System.Threading.Channels;
using StreamBert.Streaming.Concurrency;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Projection;

/// <summary>
/// Reads a topic ahead of its projection, so that the events that arrive while one batch is applied form the next, larger batch.
/// </summary>
internal static class ReadAheadBatches
{
    /// <summary>
    /// The memory for records that are read ahead, in bytes. While the state store is slow or unavailable, reading waits.
    /// </summary>
    private const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>The memory for each byte of a record: its event and what is written of it.</summary>
    private const int MemoryPerByte = 4;

    /// <summary>Yields the events that are available; yields none after <paramref name="idleInterval"/> without events.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<LoggedEvent>> ReadAsync(
        IEventLog log, string topic, IReadOnlyDictionary<int, long> from, int batchSize, TimeSpan idleInterval, TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<LoggedEvent>(new BoundedChannelOptions(batchSize) { SingleReader = true, SingleWriter = true });
        using var budget = new ByteBudget(MaxBytes);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pump = PumpAsync(log.TailAsync(topic, from, stop.Token), channel.Writer, budget, time, stop.Token);
        try
        {
            var available = WaitAsync(channel.Reader, cancellation);
            while (await WaitAsync(available, idleInterval, time, cancellation) is not false)
            {
                var batch = Take(channel.Reader, batchSize);
                if (available.IsCompleted)
                    available = WaitAsync(channel.Reader, cancellation);
                yield return batch;
                budget.Release(batch.Sum(static logged => MemoryPerByte * (long)logged.Record.Bytes));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await pump;
        }
    }

    private static Task<bool> WaitAsync(ChannelReader<LoggedEvent> reader, CancellationToken cancellation) =>
        reader.WaitToReadAsync(cancellation).AsTask();

    /// <returns>Whether an event is available; null after the interval.</returns>
    private static async Task<bool?> WaitAsync(Task<bool> available, TimeSpan interval, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            return await available.WaitAsync(interval, time, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static List<LoggedEvent> Take(ChannelReader<LoggedEvent> reader, int batchSize)
    {
        var batch = new List<LoggedEvent>();
        while (batch.Count < batchSize && reader.TryRead(out var logged))
            batch.Add(logged);
        return batch;
    }

    /// <summary>Writes events into the channel. It never throws: an error reaches the reader through the channel.</summary>
    private static async Task PumpAsync(
        IAsyncEnumerable<IReadOnlyList<LogRecord>> records, ChannelWriter<LoggedEvent> writer, ByteBudget budget, TimeProvider time,
        CancellationToken cancellation)
    {
        try
        {
            await foreach (var batch in records.WithCancellation(cancellation))
            {
                foreach (var record in batch)
                {
                    await budget.AcquireAsync(MemoryPerByte * (long)record.Bytes, cancellation);
                    await writer.WriteAsync(LoggedEvent.Read(record, time.GetUtcNow()), cancellation);
                }
            }
            writer.TryComplete();
        }
        catch (Exception failure)
        {
            writer.TryComplete(failure);
        }
    }
}
