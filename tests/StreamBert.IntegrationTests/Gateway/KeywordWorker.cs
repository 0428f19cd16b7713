using System.Text;
using Microsoft.Extensions.Hosting;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>
/// Does on the log what an inference worker does, with words in place of a model: <c>bad</c> is negative, <c>poison</c> goes to the
/// dead letters, <c>late</c> too as past its deadline, <c>much</c> is longer than the model takes, anything else is positive. It never
/// answers <c>silence</c> on the interactive topic, and explains nothing.
/// </summary>
internal sealed class KeywordWorker(IEventLog log, PipelineCatalog pipelines, TimeProvider time) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        ReadAsync(ConsumerGroups.InferenceInteractive, [Topics.Interactive], stoppingToken),
        ReadAsync(ConsumerGroups.InferenceExplain, [Topics.Explain], stoppingToken),
        TokenizeAsync(stoppingToken),
        ReadAsync(ConsumerGroups.Inference, [.. pipelines.All.SelectMany(static pipeline => pipeline.Inputs)], stoppingToken));

    private async Task ReadAsync(string group, IReadOnlyCollection<string> topics, CancellationToken stopping)
    {
        await using var reader = await log.JoinAsync(group, topics, stopping);
        while (true)
        {
            var batch = await reader.ReadAsync(500, stopping);
            await reader.CommitAsync(batch, [.. batch.Records.Select(Answer).OfType<NewRecord>()], stopping);
        }
    }

    /// <summary>
    /// Every word is a token of its own, with the number of its letters for an id; of <c>silence</c> it tells nothing, and <c>poison</c> it
    /// cannot read.
    /// </summary>
    private async Task TokenizeAsync(CancellationToken stopping)
    {
        await using var reader = await log.JoinAsync(ConsumerGroups.InferenceTokenize, [Topics.Tokenize], stopping);
        while (true)
        {
            var batch = await reader.ReadAsync(500, stopping);
            var answers = batch.Records.Select(static record =>
                (Record: record, Asked: Wire.Deserialize<TokenizationRequested>(record.Value)))
                .Where(static question => question.Asked.Text != "silence");
            await reader.CommitAsync(
                batch,
                [.. answers.Select(static question => Record(Topics.Tokens, question.Record, Tokens(question.Asked)))],
                stopping);
        }
    }

    private static TokenizationCompleted Tokens(TokenizationRequested asked) => asked.Text == "poison"
        ? new() { Id = asked.Id, Error = "It was poison." }
        : new()
        {
            Id = asked.Id,
            Tokens =
        [
            .. asked.WithSpecialTokens ? [new TextToken(0, 0, 0, "[CLS]")] : Array.Empty<TextToken>(),
            .. System.Text.RegularExpressions.Regex.Matches(asked.Text, "[^ ]+")
                .Select(static word => new TextToken(word.Length, word.Index, word.Index + word.Length)),
        ],
        };

    private NewRecord? Answer(LogRecord record)
    {
        if (pipelines.ForTopic(record.Position.Topic)?.Predictions is not null)
            return null; // they are no texts
        var text = Wire.Deserialize<TextReceived>(record.Value);
        var origin = record.Position;
        var pipeline = EventRecord.Header(record, RecordHeaders.Pipeline) is { } name
            ? name : pipelines.ForTopic(record.Position.Topic)!.Name;
        NewRecord Letter(string reason, string detail) => Record(Topics.DeadLetter, record, new DeadLettered
        {
            Origin = origin,
            Pipeline = pipeline,
            Reason = reason,
            Detail = detail,
            FailedAt = time.GetUtcNow(),
            Key = record.Key,
            Value = record.Value,
        });
        return record.Position.Topic == Topics.Explain
            ? Letter("cannot-explain", "Words in place of a model have no gradients.")
            : text.Text switch
            {
                "silence" => null,
                "poison" => Letter("model-error", "It was poison."),
                "late" => Letter(DeadLetterReasons.DeadlinePassed, "Nobody waits."),
                _ => Record(Topics.Predictions, record, Prediction(text, pipeline, origin)),
            };
    }

    private TextClassified Prediction(TextReceived text, string pipeline, RecordPosition origin)
    {
        var negative = text.Text.Contains("bad", StringComparison.Ordinal) ? 0.9 : 0.2;
        return new()
        {
            Id = text.Id,
            Pipeline = pipeline,
            ModelVersion = "default-v1",
            OccurredAt = text.OccurredAt,
            ClassifiedAt = time.GetUtcNow(),
            Heads = new Dictionary<string, HeadPrediction>
            {
                ["sentiment"] = new(
                    negative > 0.5 ? "negative" : "positive",
                    Math.Max(negative, 1 - negative),
                    new Dictionary<string, double> { ["negative"] = negative, ["positive"] = 1 - negative }),
            },
            Attributes = text.Attributes,
            Tokens = 3,
            Truncated = text.Text.Contains("much", StringComparison.Ordinal),
            Origin = origin,
            Text = text.Text,
            Timings = new(1, 2, 1),
        };
    }

    private static NewRecord Record<T>(string topic, LogRecord source, T value) =>
        EventRecord.Create(topic, source.Key, value, source.Timestamp);
}
