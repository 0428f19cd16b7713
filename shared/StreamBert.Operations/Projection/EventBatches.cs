using System.Runtime.CompilerServices;
using System.Threading.Channels;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Operations.Projection;

/// <summary>Reads a topic ahead of its projection, so that what came while one batch was applied makes the next, larger one.</summary>
internal static class EventBatches
{
    /// <summary>
    /// Memory of records that may be read ahead, each of which counts four times its bytes, for its event and what is written of that:
    /// while the store is slow or away, reading waits.
    /// </summary>
    private const int MaxBytes = 32 * 1024 * 1024;
    private const int PerByte = 4;

    /// <summary>Yields what there is; nothing after <paramref name="silence"/>, so that the reader can look about.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<LoggedEvent>> ReadAsync(
        IEventLog log, string topic, IReadOnlyDictionary<int, long> from, int most, TimeSpan silence, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<LoggedEvent>(new BoundedChannelOptions(most) { SingleReader = true, SingleWriter = true });
        using var room = new ByteBudget(MaxBytes);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pump = PumpAsync(log.TailAsync(topic, from, stop.Token), channel.Writer, room, time, stop.Token);
        try
        {
            for (var more = MoreAsync(channel.Reader, cancellation); await ArrivedAsync(more, silence, time, cancellation) is not false;)
            {
                var batch = Take(channel.Reader, most);
                if (more.IsCompleted)
                    more = MoreAsync(channel.Reader, cancellation);
                yield return batch;
                room.Give(batch.Sum(static logged => PerByte * (long)logged.Record.Bytes));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await pump;
        }
    }

    private static Task<bool> MoreAsync(ChannelReader<LoggedEvent> reader, CancellationToken cancellation)
        => reader.WaitToReadAsync(cancellation).AsTask();

    /// <summary>Whether something is there; null after a silence.</summary>
    private static async Task<bool?> ArrivedAsync(Task<bool> more, TimeSpan silence, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            return await more.WaitAsync(silence, time, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static List<LoggedEvent> Take(ChannelReader<LoggedEvent> reader, int most)
    {
        var batch = new List<LoggedEvent>();
        while (batch.Count < most && reader.TryRead(out var logged)) batch.Add(logged);
        return batch;
    }

    /// <summary>Never throws: what goes wrong reaches the reader through the channel.</summary>
    private static async Task PumpAsync(
        IAsyncEnumerable<IReadOnlyList<LogRecord>> tail, ChannelWriter<LoggedEvent> writer, ByteBudget room, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            await foreach (var batch in tail.WithCancellation(cancellation))
            {
                foreach (var record in batch)
                {
                    await room.TakeAsync(PerByte * (long)record.Bytes, cancellation);
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
