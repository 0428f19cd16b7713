using System.Collections.Concurrent;
using StreamBert.Cli.Bench.Measuring;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Bench.Pipelines;

/// <summary>
/// Sends single interactive texts, as the Gateway does, while a stream saturates the service, and measures the time until their
/// predictions.
/// </summary>
internal sealed class InteractiveProbe(BenchmarkService service, TimeProvider time)
{
    private const int ProbesPerRefill = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    private readonly ConcurrentDictionary<string, long> _sent = new();
    private readonly ConcurrentBag<double> _latencies = [];
    private readonly ConcurrentBag<double> _batches = [];

    /// <summary>Appends the stream repeatedly until all probes have predictions.</summary>
    public async Task<InteractiveLatencies> RunAsync(List<string> stream, int probes, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // The listener starts before the stream, so that it sees batches even if the service is quick.
        var ends = (await service.Log.DescribeAsync([Topics.Predictions], cancellation))
            .ToDictionary(static partition => partition.Partition, static partition => partition.End);
        var listener = Task.Run(() => ListenAsync(ends, stop.Token), cancellation);
        await service.AppendAsync(stream, "p", cancellation);
        for (var probe = 0; probe < probes; probe++)
        {
            if (probe % ProbesPerRefill == ProbesPerRefill - 1)
                await service.AppendAsync(stream.GetRange(0, stream.Count / 3), $"p{probe}", cancellation);
            await SendAsync($"probe-{probe}", $"{stream[probe]} {probe}", cancellation);
            await Task.Delay(Interval, cancellation);
        }
        while (_latencies.Count < probes && !listener.IsCompleted)
            await Task.Delay(Interval, cancellation);
        await stop.CancelAsync();
        await listener;
        return new([.. _latencies], Statistics.Quantile(_batches, 0.5));
    }

    private async Task SendAsync(string id, string text, CancellationToken cancellation)
    {
        _sent[id] = time.GetTimestamp();
        await service.Log.AppendAsync([BenchmarkService.CreateInteractiveRecord(id, text, time.GetUtcNow())], cancellation);
    }

    private async Task ListenAsync(IReadOnlyDictionary<int, long> from, CancellationToken stop)
    {
        try
        {
            await foreach (var records in service.Log.TailAsync(Topics.Predictions, from, stop))
            {
                foreach (var record in records)
                    Observe(record);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // All probes have predictions.
        }
    }

    private void Observe(LogRecord record)
    {
        if (EventReader.Read<TextClassified>(record, out var prediction) is not null)
            return;
        if (_sent.TryGetValue(prediction.Id, out var start))
            _latencies.Add(time.GetElapsedTime(start).TotalMilliseconds);
        else
            _batches.Add(prediction.Timings.ModelMs);
    }
}
