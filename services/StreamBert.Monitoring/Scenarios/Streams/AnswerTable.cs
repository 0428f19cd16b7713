using StreamBert.Contracts;

namespace StreamBert.Monitoring.Scenarios.Streams;

/// <summary>
/// Holds the answers of a head at 64 levels of confidence: equal answers are one object, so that a generated text costs little. The
/// confidences are calibrated, because the true label is drawn from the scores.
/// </summary>
/// <param name="labels">The labels of the head.</param>
internal sealed class AnswerTable(IReadOnlyList<string> labels)
{
    private const int Levels = 64;

    /// <summary>The largest part of the remaining probability that the next label has; the other labels share the rest.</summary>
    private const double MaxSecondShare = 0.7;

    /// <summary>The next label is less probable than the predicted one by at least this factor, where the other labels allow it.</summary>
    private const double MaxSecondRatio = 0.95;

    private readonly HeadPrediction?[] _answers = new HeadPrediction?[labels.Count * Levels];

    /// <summary>Returns the answer with a label and a confidence, which is rounded to the nearest level.</summary>
    public HeadPrediction Of(int label, double confidence)
    {
        var floor = 1.0 / labels.Count;
        var level = Math.Clamp((int)((confidence - floor) / (1 - floor) * Levels), 0, Levels - 1);
        return _answers[label * Levels + level] ??= Create(label, floor + (1 - floor) * (level + 0.5) / Levels);
    }

    /// <summary>Draws the true label from the scores of an answer.</summary>
    public string DrawTruth(HeadPrediction answer, int label, Random random)
    {
        var rest = random.NextDouble() - answer.Confidence;
        if (rest < 0 || labels.Count == 1)
            return answer.Label;
        var second = SecondOf(label);
        if (labels.Count == 2 || rest < answer.Scores[labels[second]])
            return labels[second];
        var other = random.Next(labels.Count - 2);
        return labels[Enumerable.Range(0, labels.Count).Where(index => index != label && index != second).ElementAt(other)];
    }

    private int SecondOf(int label) => (label + 1) % labels.Count;

    private HeadPrediction Create(int label, double confidence)
    {
        confidence = Math.Round(confidence, 4);
        var (rest, second) = (1 - confidence, SecondOf(label));
        var others = labels.Count - 2;
        var share = Math.Max(1.0 / (others + 1), Math.Min(MaxSecondShare, MaxSecondRatio * confidence / rest));
        var scores = new Dictionary<string, double>(labels.Count);
        for (var index = 0; index < labels.Count; index++)
        {
            scores[labels[index]] = index == label ? confidence
                : others == 0 ? rest
                : index == second ? share * rest : (1 - share) * rest / others;
        }
        return new(labels[label], confidence, scores);
    }
}
