using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Heads;

namespace StreamBert.Model.Evaluation;

/// <summary>Evaluates a head that classifies whole texts on labelled texts.</summary>
public static class Evaluator
{
    /// <summary>Evaluates a head.</summary>
    /// <param name="model">The model.</param>
    /// <param name="texts">The labelled texts; those of other heads are ignored.</param>
    /// <param name="head">The name of the head.</param>
    /// <param name="dataName">The name of the data in the report.</param>
    /// <returns>The report, with averages as in scikit-learn and the expected calibration error.</returns>
    /// <exception cref="ArgumentException">The model has no such head.</exception>
    public static ClassificationReport Evaluate(TextClassifier model, IReadOnlyList<LabelledText> texts, string head, string dataName)
    {
        var labels = model.Heads.FirstOrDefault(other => other.Name == head)?.Labels ?? throw new ArgumentException(
            $"Version {model.Version} has no head '{head}'; it has {string.Join(", ", model.Heads.Select(static other => other.Name))}.",
                nameof(head));
        return ReportBuilder.Build(head, dataName, labels, Answer(model, [.. texts.Where(text => text.Head == head)], head));
    }

    /// <summary>Answers labelled texts of one head.</summary>
    /// <param name="model">The model.</param>
    /// <param name="texts">The labelled texts of the head.</param>
    /// <param name="head">The name of the head.</param>
    /// <returns>The answers in the order of the texts.</returns>
    public static IReadOnlyList<EvaluatedText> Answer(TextClassifier model, IReadOnlyList<LabelledText> texts, string head) =>
    [
        .. texts.Zip(Score(model, [.. texts.Select(static text => text.Text)], head), static (text, score) =>
            new EvaluatedText(text.Label, score.Prediction.Label, score.Prediction.Confidence)),
    ];

    /// <summary>Classifies texts in batches of similar lengths.</summary>
    /// <param name="model">The model.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="headName">The name of a head that classifies whole texts.</param>
    /// <returns>The answers in the order of the texts.</returns>
    public static IReadOnlyList<ScoredText> Score(TextClassifier model, IReadOnlyList<string> texts, string headName)
    {
        var head = model.Manifest.Heads.Single(head => head.Name == headName);
        var plain = head with { Temperature = 1 };
        var scored = new ScoredText[texts.Count];
        foreach (var ((index, _), _, output) in BatchedClassification.Classify(model, texts.Index(), static text => text.Item))
            scored[index] = new(output.Heads[headName], HeadActivation.ToPrediction(plain, output.Logits[headName]));

        return scored;
    }
}
