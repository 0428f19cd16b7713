using StreamBert.Contracts;

namespace StreamBert.Tests.Gateway.Labelling;

/// <summary>Creates predictions as Inference appends them.</summary>
internal static class LabellingPredictions
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Creates a prediction of a head of two labels, <c>bad</c> and <c>good</c>.</summary>
    public static TextClassified Create(string id, double good, string? text = null, string version = "default-v1") => new()
    {
        Id = id,
        Pipeline = "p",
        ModelVersion = version,
        OccurredAt = Noon,
        ClassifiedAt = Noon,
        Heads = new Dictionary<string, HeadPrediction>
        {
            ["quality"] = new(good >= 0.5 ? "good" : "bad", Math.Max(good, 1 - good), new Dictionary<string, double>
            {
                ["bad"] = 1 - good,
                ["good"] = good,
            }),
        },
        Tokens = 3,
        Origin = new(Topics.Texts("p"), 0, 0),
        Text = text ?? $"text of {id}",
        Story = SimHash.Format(SimHash.Of(text ?? $"{id} {id} {id}")),
        Timings = new(1, 1, 1),
    };

    public static TextClassified With(this TextClassified prediction, string head, HeadPrediction answer) =>
        prediction with { Heads = new Dictionary<string, HeadPrediction>(prediction.Heads) { [head] = answer } };
}
