using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;

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
        var ofHead = texts.Where(text => text.Head == head);
        var evaluated = BatchedClassification.Classify(model, ofHead, static text => text.Text).Select(result =>
        {
            var prediction = result.Output.Heads[head];
            return new EvaluatedText(result.Item.Label, prediction.Label, prediction.Confidence);
        });
        return ReportBuilder.Build(head, dataName, labels, evaluated.ToList());
    }
}
