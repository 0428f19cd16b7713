using StreamBert.Model.Classification;

namespace StreamBert.Training.Annotators;

/// <summary>
/// Predicts the labels of one head by a regression on the champion's embedding and answer, which is fitted on labels of people only. It
/// learns from them where the champion is wrong.
/// </summary>
internal sealed class LabelPredictor
{
    private const double MinimumProbability = 1e-4;

    /// <summary>
    /// The champion's answer needs few labels to be trusted or reinterpreted; the many values of the embedding count as more labels show
    /// where the answer is wrong.
    /// </summary>
    private const double AnswerPenalty = 1, EmbeddingPenalty = 10;

    private readonly SoftmaxRegression _regression;
    private readonly string _head;
    private readonly IReadOnlyList<string> _labels;

    private LabelPredictor(SoftmaxRegression regression, string head, IReadOnlyList<string> labels) =>
        (_regression, _head, _labels) = (regression, head, labels);

    /// <param name="examples">The texts with their labels, at least one; a label that the head does not have is an error.</param>
    /// <param name="head">The head.</param>
    /// <param name="labels">The labels of the head.</param>
    public static LabelPredictor Fit(
        IReadOnlyCollection<(ClassifiedText Text, string Label)> examples, string head, IReadOnlyList<string> labels)
    {
        var numbers = labels.Index().ToDictionary(static label => label.Item, static label => label.Index);
        var rows = examples.Select(example => Features(example.Text, head, labels)).ToList();
        double[] penalties =
        [
            .. Enumerable.Repeat(EmbeddingPenalty, rows[0].Length - labels.Count), .. Enumerable.Repeat(AnswerPenalty, labels.Count),
        ];
        var regression = SoftmaxRegression.Fit(
            rows, [.. examples.Select(example => numbers[example.Label])], labels.Count, penalties);
        return new(regression, head, labels);
    }

    /// <summary>Returns the probability of each label of a text, in the order of the labels.</summary>
    public double[] Predict(ClassifiedText text) => _regression.Predict(Features(text, _head, _labels));

    private static double[] Features(ClassifiedText text, string head, IReadOnlyList<string> labels)
    {
        var scores = text.Heads[head].Scores;
        return
        [
            .. text.Embedding.Select(static value => (double)value),
            .. labels.Select(label => Math.Log(Math.Max(scores.GetValueOrDefault(label), MinimumProbability))),
        ];
    }
}
