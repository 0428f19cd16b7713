using StreamBert.Gateway.Http;

namespace StreamBert.Gateway.Api.Documentation;

/// <summary>Holds the examples of the API description.</summary>
internal static class ApiExamples
{
    private const string OneText = """
        { "text": "Shares of Nokia jumped 7% after it raised its outlook.", "subject": "NOKIA",
          "occurredAt": "2026-03-02T09:30:00Z", "attributes": { "region": "EU" } }
        """;

    private const string OneFeedback = """
        { "id": "0195f3a2-7c1e-7b3a-9f00-2f6f1c1d8a11", "head": "sentiment", "label": "positive" }
        """;

    private const string OnePrediction = """
        {
          "id": "0195f3a2-7c1e-7b3a-9f00-2f6f1c1d8a11", "pipeline": "financial-news", "modelVersion": "default-v1",
          "occurredAt": "2026-03-02T09:30:00+00:00", "classifiedAt": "2026-03-02T09:30:00.041+00:00",
          "heads": {
            "sentiment": { "label": "positive", "confidence": 0.94, "scores": { "negative": 0.01, "neutral": 0.05, "positive": 0.94 } }
          },
          "attributes": { "region": "EU" }, "subject": "NOKIA", "source": "api", "tokens": 17, "truncated": false,
          "origin": { "topic": "texts.interactive", "partition": 2, "offset": 41 },
          "text": "Shares of Nokia jumped 7% after it raised its outlook.", "routes": [],
          "timings": { "waitMs": 1.2, "modelMs": 6.8, "batchSize": 1 }
        }
        """;

    /// <summary>The bodies of requests by operation and media type, and by the name of the example.</summary>
    public static IReadOnlyDictionary<(string Operation, string Type), IReadOnlyDictionary<string, string>> Requests { get; } =
        new Dictionary<(string, string), IReadOnlyDictionary<string, string>>
        {
            [("postTexts", MediaTypes.Json)] = new Dictionary<string, string>
            {
                ["one"] = OneText,
                ["many"] = """
                    [ { "id": "a-1", "text": "Oil falls below 60 dollars." },
                      { "id": "a-2", "text": "My card has not arrived yet.", "pipeline": "support-chat" } ]
                    """,
            },
            [("postTexts", MediaTypes.JsonLines)] = new Dictionary<string, string>
            {
                ["lines"] = "{\"text\": \"Oil falls below 60 dollars.\"}\n{\"text\": \"The bank cut 900 jobs.\"}\n",
            },
            [("postPredictions", MediaTypes.Json)] = new Dictionary<string, string>
            {
                ["scores"] = """
                    { "id": "a-17", "headline": "Oil slumps as demand weakens", "ts": "2026-01-05T09:00:00Z", "feed": "wire",
                      "model": "finbert-3", "result": { "negative": 0.91, "neutral": 0.07, "positive": 0.02 } }
                    """,
            },
            [("classify", MediaTypes.Json)] = new Dictionary<string, string>
            {
                ["headline"] = """
                    { "text": "Shares of Nokia jumped 7% after it raised its outlook.",
                      "pipeline": "financial-news", "deadlineMs": 2000 }
                    """,
            },
            [("putRules", MediaTypes.Json)] = new Dictionary<string, string>
            {
                ["calmer"] = """
                    { "budget": { "falseAlarms": 1, "per": "30.00:00:00" }, "timeZone": "America/New_York", "segments": ["head:topic"],
                      "labels": [{ "head": "sentiment", "label": "negative", "minimumCount": 10 }] }
                    """,
            },
            [("explain", MediaTypes.Json)] = new Dictionary<string, string>
            {
                ["headline"] = """
                    { "text": "Shares of Nokia jumped 7% after it raised its outlook.",
                      "pipeline": "financial-news", "head": "sentiment" }
                    """,
            },
            [("postFeedback", MediaTypes.Json)] = new Dictionary<string, string> { ["one"] = OneFeedback, ["many"] = $"[ {OneFeedback} ]" },
        };

    /// <summary>The bodies of successful responses by operation.</summary>
    public static IReadOnlyDictionary<string, string> Responses { get; } = new Dictionary<string, string>
    {
        ["postTexts"] = """{ "accepted": 2, "ids": [ "a-1", "a-2" ] }""",
        ["postPredictions"] = """{ "accepted": 1, "ids": [ "a-17" ] }""",
        ["postFeedback"] = """{ "accepted": 1 }""",
        ["deleteFeedback"] = """{ "withdrawn": [ "sentiment" ] }""",
        ["classify"] = OnePrediction,
        ["getPrediction"] = OnePrediction,
        ["listPredictions"] = $$"""{ "predictions": [ {{OnePrediction}} ] }""",
    };
}
