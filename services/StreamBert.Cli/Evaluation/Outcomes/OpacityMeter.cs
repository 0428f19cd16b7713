using StreamBert.Cli.Evaluation.Responsibility;
using StreamBert.Model.Classification;
using StreamBert.Model.Evaluation;

namespace StreamBert.Cli.Evaluation.Outcomes;

/// <summary>Measures the opacity ε of a head by removing the words that its explanations name.</summary>
internal static class OpacityMeter
{
    private const int MaxTexts = 100;

    /// <summary>Explains up to 100 texts, spread evenly over the file.</summary>
    public static Opacity Measure(TextClassifier model, HeadEvaluation evaluation, CancellationToken cancellation)
    {
        var count = Math.Min(MaxTexts, evaluation.Rows.Count);
        var indices = Enumerable.Range(0, count).Select(i => (int)((long)i * evaluation.Rows.Count / count)).ToList();
        var erased = indices.ConvertAll(i => Erase(model, evaluation, i, cancellation));
        var head = evaluation.Head.Name;
        var without = Evaluator.Score(model, [.. erased.Select(static texts => texts.Without)], head);
        var only = Evaluator.Score(model, [.. erased.Select(static texts => texts.Only)], head);
        return Opacity.Of([.. indices.Select((row, i) => Compare(evaluation.Answers[row], without[i], only[i]))]);
    }

    private static (string Without, string Only) Erase(
        TextClassifier model, HeadEvaluation evaluation, int row, CancellationToken cancellation)
    {
        var (text, label) = (evaluation.Rows[row].Text, evaluation.Answers[row].Prediction.Label);
        var words = model.Explain(text, evaluation.Head.Name, label, cancellation: cancellation).Words;
        var chosen = Opacity.ChooseWords(words);
        return (Opacity.Erase(text, words, word => !chosen.Contains(word)), Opacity.Erase(text, words, chosen.Contains));
    }

    private static Erasure Compare(ScoredText full, ScoredText without, ScoredText only)
    {
        var label = full.Prediction.Label;
        return new(full.Prediction.Scores[label], without.Prediction.Scores[label], only.Prediction.Scores[label]);
    }
}
