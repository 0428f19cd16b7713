using System.Collections.Concurrent;
using System.Diagnostics;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Bench;

/// <summary>
/// Sends single interactive texts, as the Gateway does, while a stream saturates the service, and times their way through the log and back.
/// </summary>
internal static class InteractiveProbe
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Feeds the stream again and again until all probes are answered.</summary>
    public static async Task<InteractiveWaits> RunAsync(
        BenchService service,
        List<string> stream,
        int probes,
        CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (sent, waits, batches) = (new ConcurrentDictionary<string, long>(), new ConcurrentBag<double>(), new ConcurrentBag<double>());
        await service.FeedAsync(stream, "p", cancellation);
        var listening = Task.Run(() => ListenAsync(service.Log, sent, waits, batches, ending.Token), cancellation);
        for (var probe = 0; probe < probes; probe++)
        {
            if (probe % 50 == 49) await service.FeedAsync(stream.GetRange(0, stream.Count / 3), $"p{probe}", cancellation);
            var id = $"probe-{probe}";
            sent[id] = Stopwatch.GetTimestamp();
            await service.Log
                .AppendAsync([BenchService.Interactive(id, $"{stream[probe]} {probe}", TimeProvider.System.GetUtcNow())], cancellation);
            await Task.Delay(Pause, cancellation);
        }
        while (waits.Count < probes && !listening.IsCompleted) await Task.Delay(Pause, cancellation);
        await ending.CancelAsync();
        await listening;
        return new([.. waits], Figures.Quantile(batches, 0.5));
    }

    private static async Task ListenAsync(
        IEventLog log, ConcurrentDictionary<string, long> sent, ConcurrentBag<double> waits, ConcurrentBag<double> batches, CancellationToken ending)
    {
        try
        {
            await foreach (var records in log.TailAsync(Topics.Predictions, null, ending))
            {
                foreach (var record in records)
                {
                    if (EventReader.Read<TextClassified>(record, out var prediction) is not null)
                        continue;
                    if (sent.TryGetValue(prediction.Id, out var since)) waits.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
                    else batches.Add(prediction.Timings.ModelMs);
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // all probes are answered
        }
    }
}

/// <param name="Milliseconds">From append to the prediction's arrival, for each interactive text.</param>
/// <param name="BatchMs">The median bulk batch's forward pass meanwhile.</param>
internal sealed record InteractiveWaits(IReadOnlyList<double> Milliseconds, double BatchMs);
