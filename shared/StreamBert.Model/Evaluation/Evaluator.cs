using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation;

/// <summary>Measures one head of a model on labelled texts.</summary>
public static class Evaluator
{
    private const int BatchSize = 64;

    /// <param name="data">Only texts of this head count.</param>
    /// <param name="dataName">What the report calls the data.</param>
    public static ClassificationReport Evaluate(TextClassifier model, IReadOnlyList<LabelledText> data, string head, string dataName)
    {
        var labels = model.Heads.FirstOrDefault(h => h.Name == head)?.Labels
            ?? throw new ArgumentException(
                $"Version {model.Version} has no head '{head}'; it has {string.Join(", ", model.Heads.Select(static h => h.Name))}.",
                nameof(head));
        var own = data.Where(text => text.Head == head).ToList();
        var outcomes = new List<Outcome>(own.Count);
        // Near lengths together make cheap batches; the order does not matter for a report.
        foreach (var chunk in own.Select(text => (text, encoded: model.Encode(text.Text))).OrderBy(static pair => pair.encoded.Length)
            .Chunk(BatchSize))
        {
            var answers = model.Classify(chunk.Select(static pair => pair.encoded).ToList());
            outcomes.AddRange(chunk.Zip(answers, (pair, answer) => Outcome.Of(pair.text.Label, answer.Heads[head])));
        }

        return ReportBuilder.Build(head, dataName, labels, outcomes);
    }
}

/// <summary>What was right and what was said.</summary>
public readonly record struct Outcome(string Actual, string Predicted, double Confidence)
{
    public static Outcome Of(string actual, HeadPrediction prediction) => new(actual, prediction.Label, prediction.Confidence);
}
