using StreamBert.Model.Classification;

namespace StreamBert.Model.Evaluation.Responsibility;

/// <summary>Measures the opacity ε of a head by removing the words that its explanations name.</summary>
public static class OpacityMeter
{
    /// <summary>Explains some of the texts, spread evenly over all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="head">The name of a head that predicts one label.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="answers">The answers of the head to the texts.</param>
    /// <param name="maximum">The number of texts that are explained at most.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    public static Opacity Measure(
        TextClassifier model, string head, IReadOnlyList<string> texts, IReadOnlyList<ScoredText> answers, int maximum,
        CancellationToken cancellation)
    {
        var count = Math.Min(maximum, texts.Count);
        var indices = Enumerable.Range(0, count).Select(i => (int)((long)i * texts.Count / count)).ToList();
        var erased = indices.ConvertAll(i => Erase(model, head, texts[i], answers[i].Prediction.Label, cancellation));
        var without = Evaluator.Score(model, [.. erased.Select(static texts => texts.Without)], head);
        var only = Evaluator.Score(model, [.. erased.Select(static texts => texts.Only)], head);
        return Opacity.Of([.. indices.Select((row, i) => Compare(answers[row], without[i], only[i]))]);
    }

    private static (string Without, string Only) Erase(
        TextClassifier model, string head, string text, string label, CancellationToken cancellation)
    {
        var words = model.Explain(text, head, label, cancellation: cancellation).Words;
        var chosen = Opacity.ChooseWords(words);
        return (Opacity.Erase(text, words, word => !chosen.Contains(word)), Opacity.Erase(text, words, chosen.Contains));
    }

    private static Erasure Compare(ScoredText full, ScoredText without, ScoredText only)
    {
        var label = full.Prediction.Label;
        return new(full.Prediction.Scores[label], without.Prediction.Scores[label], only.Prediction.Scores[label]);
    }
}
