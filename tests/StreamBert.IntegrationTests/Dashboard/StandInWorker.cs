using System.Text;
using Microsoft.Extensions.Hosting;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.IntegrationTests.Dashboard;

/// <summary>
/// Answers on the topics of asked texts as a worker does, so that the dashboard is tested without a model: what is judged here is the way
/// there and back.
/// </summary>
internal sealed class StandInWorker(IEventLog log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        AnswerAsync(ConsumerGroups.InferenceInteractive, Topics
            .Interactive, stoppingToken), AnswerAsync(ConsumerGroups.InferenceExplain, Topics.Explain, stoppingToken));

    private async Task AnswerAsync(string group, string topic, CancellationToken stoppingToken)
    {
        await using var reader = await log.JoinAsync(group, [topic], stoppingToken);
        while (true)
        {
            var batch = await reader.ReadAsync(100, stoppingToken);
            await reader.CommitAsync(batch, [.. batch.Records.Select(Answer)], stoppingToken);
        }
    }

    private static NewRecord Answer(LogRecord record)
    {
        var text = Wire.Deserialize<TextReceived>(record.Value);
        var prediction = Events.Prediction(
            text.Id,
            EventRecord.Header(record, RecordHeaders.Pipeline)!,
            text.Text,
            "negative",
            text.OccurredAt) with
        {
            Origin = new(record.Position.Topic, record.Position.Partition, record.Position.Offset),
            Explanations = record.Position.Topic == Topics.Explain ? [Why(record, text.Text)] : null,
        };
        return EventRecord.Create(Topics.Predictions, record.Key, prediction, record.Timestamp);
    }

    /// <summary>The first word speaks for the label, the last against it.</summary>
    private static Explanation Why(LogRecord record, string text)
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
