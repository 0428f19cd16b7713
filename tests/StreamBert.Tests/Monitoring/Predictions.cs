using StreamBert.Contracts;

namespace StreamBert.Tests.Monitoring;

/// <summary>Creates single predictions for tests that count by hand.</summary>
internal static class Predictions
{
    public static TextClassified Text(
        DateTimeOffset occurredAt,
        string topic = "Macro",
        string sentiment = "neutral",
        string id = "t",
        string? text = null) => new()
        {
            Id = id,
            Pipeline = SyntheticStream.Pipeline.Name,
            ModelVersion = "default-v1",
            OccurredAt = occurredAt,
            ClassifiedAt = occurredAt,
            Heads = new Dictionary<string, HeadPrediction>
            {
                ["sentiment"] = new(sentiment, 0.8, new Dictionary<string, double>()),
                ["topic"] = new(topic, 0.9, new Dictionary<string, double>()),
            },
            Tokens = 5,
            Text = text,
            Origin = new("texts.financial-news", 0, 0),
            Timings = new(1, 1, 1),
        };
}
