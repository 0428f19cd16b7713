using StreamBert.Contracts;
using StreamBert.Model.Packages;

namespace StreamBert.Model.Heads;

/// <summary>From a head's logits for one text to its answer.</summary>
internal static class HeadAnswer
{
    /// <summary>A label of a multi-label head applies from this probability on.</summary>
    private const double Applies = 0.5;

    public static HeadPrediction Of(HeadManifest head, ReadOnlySpan<float> logits)
    {
        var scores = logits.ToArray();
        switch (head.Task)
        {
            case HeadTask.MultiLabel or HeadTask.ZeroShotMultiLabel:
                foreach (ref var score in scores.AsSpan()) score = Sigmoid(score / (float)head.Temperature);
                return Named(head, scores) with { Labels = [.. head.Labels.Where((_, i) => scores[i] >= Applies)] };
            case HeadTask.Regression:
                return Named(head, scores) with { Confidence = 1 };
            default:
                Softmax(scores, (float)head.Temperature);
                return Named(head, scores);
        }
    }

    /// <summary>softmax(logits / temperature), in place.</summary>
    public static void Softmax(Span<float> logits, float temperature)
    {
        var (highest, sum) = (float.NegativeInfinity, 0f);
        foreach (var logit in logits) highest = MathF.Max(highest, logit);
        foreach (ref var logit in logits) sum += logit = MathF.Exp((logit - highest) / temperature);
        foreach (ref var score in logits) score /= sum;
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    private static HeadPrediction Named(HeadManifest head, float[] scores)
    {
        var best = 0;
        var named = new Dictionary<string, double>(scores.Length);
        for (var label = 0; label < scores.Length; label++)
        {
            if (scores[label] > scores[best]) best = label;
            named.Add(head.Labels[label], Math.Round(scores[label], 6));
        }

        return new HeadPrediction(head.Labels[best], Math.Round(scores[best], 6), named);
    }
}
