using System.Runtime.CompilerServices;
using System.Threading.Channels;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Projection;

/// <summary>Reads a topic ahead of its projection, so that what came while one batch was applied makes the next, larger one.</summary>
internal static class EventBatches
{
    public static async IAsyncEnumerable<IReadOnlyList<LoggedEvent>> ReadAsync(
        IEventLog log, string topic, IReadOnlyDictionary<int, long> from, int most, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<LoggedEvent>(new BoundedChannelOptions(most) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pump = PumpAsync(log.TailAsync(topic, from, stop.Token), channel.Writer, stop.Token);
        try
        {
            while (await channel.Reader.WaitToReadAsync(cancellation))
                yield return Take(channel.Reader, most);
        }
        finally
        {
            await stop.CancelAsync();
            await pump;
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
        IAsyncEnumerable<IReadOnlyList<LogRecord>> tail, ChannelWriter<LoggedEvent> writer, CancellationToken cancellation)
    {
        try
        {
            await foreach (var batch in tail.WithCancellation(cancellation))
                foreach (var record in batch) await writer.WriteAsync(LoggedEvent.Read(record), cancellation);
            writer.TryComplete();
        }
        catch (Exception failure)
        {
            writer.TryComplete(failure);
        }
    }
}
