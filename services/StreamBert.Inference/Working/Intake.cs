using System.Text;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Reading;
using StreamBert.Inference.Serving;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Working;

/// <summary>Parses and tokenizes the records of a read and hands them to their models.</summary>
internal sealed class Intake(
    PipelineCatalog pipelines, IReadOnlyDictionary<string, ModelServer> servers, Lane lane, InferenceOptions options, TimeProvider time)
{
    private readonly ParallelOptions _workers = new() { MaxDegreeOfParallelism = options.TokenizerWorkers ?? Math.Max(1, Environment.ProcessorCount / 2) };

    /// <summary>Returns when every text stands in its model's queue, which waits while that is full. Cancelled, it and its texts are dropped.</summary>
    public async Task<InFlightBatch> TakeInAsync(ReadBatch batch, CancellationToken cancellation)
    {
        var dropped = new CancellationTokenSource();
        var readAt = time.GetTimestamp();
        var records = new InFlightRecord[batch.Records.Count];
        Parallel.For(0, records.Length, _workers, i => records[i] = Prepare(batch.Records[i], readAt, dropped.Token));
        var inFlight = new InFlightBatch(batch, records, dropped);
        try
        {
            foreach (var group in records.Where(static record => record.Pending is not null).GroupBy(static record => record.Pipeline!.Model))
                await servers[group.Key].Queue.SubmitAsync(lane, [.. group.Select(static record => record.Pending!)], cancellation);
            return inFlight;
        }
        catch
        {
            inFlight.Dispose();
            throw;
        }
    }

    private InFlightRecord Prepare(LogRecord record, long readAt, CancellationToken dropped)
    {
        var pipeline = PipelineOf(record);
        var inFlight = new InFlightRecord(record, pipeline, readAt);
        if (pipeline is null)
            return inFlight with { Rejection = new(Reasons.UnknownPipeline, $"The header '{RecordHeaders.Pipeline}' names no configured pipeline.") };
        var (text, rejection) = RecordParser.Parse(record, pipeline);
        if (text is null)
            return inFlight with { Rejection = rejection };
        using var lease = servers[pipeline.Model].Slot.Acquire();
        try
        {
            return inFlight with { Text = text, Pending = new(text.Text, lease.Model, lane, dropped) };
        }
        catch (Exception e)
        {
            return inFlight with { Rejection = new(Reasons.ModelError, $"The text cannot be tokenized: {e.Message}", e) };
        }
    }

    private PipelineOptions? PipelineOf(LogRecord record)
    {
        if (pipelines.ForTopic(record.Position.Topic) is { } pipeline)
            return pipeline;
        return record.Headers.TryGetValue(RecordHeaders.Pipeline, out var name) ? pipelines.Find(Encoding.UTF8.GetString(name)) : null;
    }
}
