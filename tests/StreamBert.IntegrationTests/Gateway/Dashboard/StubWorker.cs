using System.Text;
using Microsoft.Extensions.Hosting;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>
/// Replaces the inference worker for texts that the dashboard classifies or explains: it appends fixed predictions, so that no model is
/// needed.
/// </summary>
internal sealed class StubWorker(IEventLog log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        ClassifyAsync("inference-interactive", Topics.Interactive, stoppingToken),
        ClassifyAsync("inference-explain", Topics.Explain, stoppingToken));

    private async Task ClassifyAsync(string group, string topic, CancellationToken stoppingToken)
    {
        await using var reader = await log.JoinAsync(group, [topic], stoppingToken);
        while (true)
        {
            var batch = await reader.ReadAsync(100, stoppingToken);
            await reader.CommitAsync(batch, [.. batch.Records.Select(Classify)], stoppingToken);
        }
    }

    private static NewRecord Classify(LogRecord record)
    {
        var text = Wire.Deserialize<TextReceived>(record.Value);
        var prediction = SampleEvents.Prediction(
            text.Id, Encoding.UTF8.GetString(record.Headers[RecordHeaders.Pipeline]), text.Text, "negative", text.OccurredAt) with
        {
            Origin = new(record.Position.Topic, record.Position.Partition, record.Position.Offset),
            Explanations = record.Position.Topic == Topics.Explain ? [Explain(record, text.Text)] : null,
        };
        return new(Topics.Predictions, record.Key, Wire.Serialize(prediction), record.Timestamp)
        {
            Headers = Wire.HeadersFor<TextClassified>()
        };
    }

    /// <summary>Explains a prediction: the first word raises the score, the last lowers it.</summary>
    private static Explanation Explain(LogRecord record, string text)
    {
        var (first, last) = (text.IndexOf(' ', StringComparison.Ordinal), text.LastIndexOf(' ') + 1);
        return new()
        {
            Head = Encoding.UTF8.GetString(record.Headers[RecordHeaders.ExplainHead]),
            Label = Encoding.UTF8.GetString(record.Headers[RecordHeaders.ExplainLabel]),
            Score = 2.5,
            BaselineScore = 0.5,
            Words = [new(null, 0, first, 3), new(null, last, text.Length, -1)],
            CompletenessGap = new(0, 0),
            Steps = 50,
        };
    }
}
