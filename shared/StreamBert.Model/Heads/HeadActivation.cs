using StreamBert.Contracts;
using StreamBert.Model.Manifests;

namespace StreamBert.Model.Heads;

/// <summary>Converts the logits of a head for one text to its prediction.</summary>
internal static class HeadActivation
{
    /// <summary>A label of a multi-label head applies from this probability on.</summary>
    private const double MultiLabelThreshold = 0.5;

    /// <summary>Applies the activation of the head's task to logits calibrated by its temperature.</summary>
    public static HeadPrediction ToPrediction(HeadManifest head, ReadOnlySpan<float> logits)
    {
        var scores = logits.ToArray();
        switch (head.Task)
        {
            case HeadTask.MultiLabel or HeadTask.ZeroShotMultiLabel:
                foreach (ref var score in scores.AsSpan()) score = Sigmoid(score / (float)head.Temperature);
                return CreatePrediction(head, scores) with { Labels = [.. head.Labels.Where((_, i) => scores[i] >= MultiLabelThreshold)] };
            case HeadTask.Regression:
                return CreatePrediction(head, scores) with { Confidence = 1 };
            default:
                Softmax(scores, (float)head.Temperature);
                return CreatePrediction(head, scores);
        }
    }

    /// <summary>Replaces logits by softmax(logits / temperature).</summary>
    public static void Softmax(Span<float> logits, float temperature)
    {
        var (max, sum) = (float.NegativeInfinity, 0f);
        foreach (var logit in logits) max = MathF.Max(max, logit);
        foreach (ref var logit in logits) sum += logit = MathF.Exp((logit - max) / temperature);
        foreach (ref var score in logits) score /= sum;
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    private static HeadPrediction CreatePrediction(HeadManifest head, float[] scores)
    {
        var best = 0;
        var scoresByLabel = new Dictionary<string, double>(scores.Length);
        for (var label = 0; label < scores.Length; label++)
        {
            if (scores[label] > scores[best]) best = label;
            scoresByLabel.Add(head.Labels[label], Math.Round(scores[label], 6));
        }

        return new HeadPrediction(head.Labels[best], Math.Round(scores[best], 6), scoresByLabel);
    }
}
