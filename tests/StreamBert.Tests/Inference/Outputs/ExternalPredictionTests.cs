using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Inference.Outputs;

/// <summary>Tests pipelines that take the predictions of a model that is served elsewhere.</summary>
public sealed class ExternalPredictionTests
{
    private const string Mine = """{ "id": "1", "text": "oil slumps", "occurredAt": "2026-01-02T03:04:05Z", """;

    [Theory]
    [InlineData(Mine + "\"label\": \"negative\", \"confidence\": 0.9 }", "label", "confidence", null, "negative", 0.9, 0)]
    [InlineData(Mine + "\"p\": { \"negative\": 0.2, \"positive\": 0.8 } }", null, null, "p", "positive", 0.8, 2)]
    [InlineData(
        Mine + "\"out\": [[{ \"label\": \"positive\", \"score\": 0.3 }, { \"label\": \"negative\", \"score\": 0.7 }]] }",
        null, null, "out.0", "negative", 0.7, 2)]
    [InlineData(Mine + "\"label\": 1, \"p\": [0.25, 0.75] }", "label", null, "p", "positive", 0.75, 2)]
    public async Task Any_JSON_with_a_label_and_scores_becomes_a_prediction(
        string json, string? label, string? confidence, string? scores, string expected, double expectedConfidence, int count)
    {
        var mapping = new PredictedHeadMapping
        {
            Label = label,
            Confidence = confidence,
            Scores = scores,
            Labels = json.Contains("\"label\": 1", StringComparison.Ordinal) ? ["negative", "positive"] : [],
        };
        await using var bench = await StartAsync(mapping);
        await bench.AppendAsync(Record(json));
        await using var loop = bench.Start();

        var found = Assert.Single(await bench.PredictionsAsync(1));

        var head = found.Heads["sentiment"];
        Assert.Equal((expected, expectedConfidence, count), (head.Label, head.Confidence, head.Scores.Count));
        Assert.Equal(
            ("1", "oil slumps", "external", InferenceBench.EventTime), (found.Id, found.Text, found.ModelVersion, found.OccurredAt));
    }

    [Fact]
    public async Task A_response_of_the_inference_logger_of_KServe_becomes_a_prediction()
    {
        await using var bench = await StartAsync(KServe, modelVersion: "model_version");
        await bench.AppendAsync(Event("response", """
            { "model_name": "m", "model_version": "7", "outputs":
              [{ "name": "logits", "datatype": "FP32", "shape": [1, 2], "data": [2.0, 0.0] }] }
            """));
        await using var loop = bench.Start();

        var found = Assert.Single(await bench.PredictionsAsync(1));

        Assert.Equal(("e-1", "7", (string?)null), (found.Id, found.ModelVersion, found.Text));
        Assert.Equal("negative", found.Heads["sentiment"].Label);
        Assert.Equal(1 / (1 + Math.Exp(-2)), found.Heads["sentiment"].Confidence, 12); // the logistic function of the difference
        Assert.Equal(InferenceBench.EventTime, found.OccurredAt);
    }

    [Theory]
    [InlineData("request", """{ "inputs": [] }""", "set the mode of the inference logger to 'response'")]
    [InlineData("response", """{ "outputs": [{ "data": [1, 2, 3, 4] }] }""", "has 4 scores, but Labels has 2")]
    [InlineData("response", """{ "outputs": [{ "data": [1, "x"] }] }""", "'outputs.0.data.1' must be")]
    [InlineData("response", """{ "outputs": [] }""", "'outputs.0.data' is missing")]
    public async Task A_record_that_is_not_a_prediction_is_a_dead_letter_that_names_the_field(string type, string json, string detail)
    {
        await using var bench = await StartAsync(KServe);
        await bench.AppendAsync(Event(type, json));
        await using var loop = bench.Start();

        var letter = Assert.Single(await bench.DeadLettersAsync(1));

        Assert.Equal(DeadLetterReasons.BadField, letter.Reason);
        Assert.Contains(detail, letter.Detail, StringComparison.Ordinal);
    }

    private static PredictedHeadMapping KServe => new() { Scores = "outputs.0.data", Labels = ["negative", "positive"], Logits = true };

    private static async Task<InferenceBench> StartAsync(PredictedHeadMapping mapping, string? modelVersion = null)
    {
        var bench = new InferenceBench(TestModels.Counting(), [new()
        {
            Name = "news",
            Heads = ["sentiment"],
            Predictions = new()
            {
                Heads = new Dictionary<string, PredictedHeadMapping> { ["sentiment"] = mapping },
                ModelVersion = modelVersion,
            },
        }]);
        await bench.CreateTopicsAsync();
        return bench;
    }

    private static NewRecord Record(string json) =>
        new("texts.news", "1"u8.ToArray(), Encoding.UTF8.GetBytes(json), DateTimeOffset.UnixEpoch);

    private static NewRecord Event(string type, string json) => Record(json) with
    {
        Headers = new Dictionary<string, byte[]>
        {
            ["ce_specversion"] = "1.0"u8.ToArray(),
            ["ce_id"] = "e-1"u8.ToArray(),
            ["ce_source"] = "http://predictor"u8.ToArray(),
            ["ce_type"] = Encoding.UTF8.GetBytes($"org.kubeflow.serving.inference.{type}"),
            ["ce_time"] = "2026-01-02T03:04:05Z"u8.ToArray(),
            ["content-type"] = "application/json"u8.ToArray(),
        },
    };
}
