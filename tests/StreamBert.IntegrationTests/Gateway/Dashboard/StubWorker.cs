using Microsoft.Extensions.Hosting;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>
/// Replaces the inference worker for texts that the dashboard classifies or explains: it appends fixed predictions, so that no model is
/// needed.
/// </summary>
internal sealed class StubWorker(IEventLog log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        ClassifyAsync(ConsumerGroups.InferenceInteractive, Topics.Interactive, stoppingToken),
        ClassifyAsync(ConsumerGroups.InferenceExplain, Topics.Explain, stoppingToken));

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
            text.Id, EventRecord.Header(record, RecordHeaders.Pipeline)!, text.Text, "negative", text.OccurredAt) with
        {
            Origin = record.Position,
            Explanations = record.Position.Topic == Topics.Explain ? [Explain(record, text.Text)] : null,
        };
        return EventRecord.Create(Topics.Predictions, record.Key, prediction, record.Timestamp);
    }

    /// <summary>Explains a prediction: the first word raises the score, the last lowers it.</summary>
    private static Explanation Explain(LogRecord record, string text)
    {
        var (first, last) = (text.IndexOf(' ', StringComparison.Ordinal), text.LastIndexOf(' ') + 1);
        return new()
        {
            Head = EventRecord.Header(record, RecordHeaders.ExplainHead)!,
            Label = EventRecord.Header(record, RecordHeaders.ExplainLabel)!,
            Score = 2.5,
            BaselineScore = 0.5,
            Words = [new(null, 0, first, 3), new(null, last, text.Length, -1)],
            CompletenessGap = new(0, 0),
            Steps = 50,
        };
    }
}
