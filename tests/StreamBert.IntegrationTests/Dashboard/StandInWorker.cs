using System.Text;
using Microsoft.Extensions.Hosting;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.IntegrationTests.Dashboard;

/// <summary>Answers on the interactive topic as a worker does, so that the dashboard is tested without a model: what is judged here is the way there and back.</summary>
internal sealed class StandInWorker(IEventLog log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var reader = await log.JoinAsync("inference-interactive", [Topics.Interactive], stoppingToken);
        while (true)
        {
            var batch = await reader.ReadAsync(100, stoppingToken);
            await reader.CommitAsync(batch, [.. batch.Records.Select(Answer)], stoppingToken);
        }
    }

    private static NewRecord Answer(LogRecord record)
    {
        var text = Wire.Deserialize<TextReceived>(record.Value);
        var prediction = Events.Prediction(text.Id, Encoding.UTF8.GetString(record.Headers[RecordHeaders.Pipeline]), text.Text, "negative", text.OccurredAt) with
        {
            Origin = new(record.Position.Topic, record.Position.Partition, record.Position.Offset),
        };
        return new(Topics.Predictions, record.Key, Wire.Serialize(prediction), record.Timestamp) { Headers = Wire.HeadersFor<TextClassified>() };
    }
}
