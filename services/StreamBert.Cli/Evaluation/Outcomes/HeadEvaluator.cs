using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Manifests;

namespace StreamBert.Cli.Evaluation.Outcomes;

/// <summary>Evaluates a head of a model.</summary>
/// <param name="model">The model.</param>
/// <param name="head">The head.</param>
/// <param name="dataName">The name of the data in the report.</param>
internal sealed class HeadEvaluator(TextClassifier model, HeadInfo head, string dataName)
{
    public HeadEvaluation Evaluate(IReadOnlyList<LabelledRow> rows)
    {
        var answers = Evaluator.Score(model, [.. rows.Select(static row => row.Text)], head.Name);
        List<EvaluatedText> outcomes = [.. rows.Zip(answers, static (row, answer) =>
            new EvaluatedText(row.Labels, answer.Labels, answer.Prediction.Confidence))];
        // scikit-learn reports every class of a multi-label problem, and of others those that occur.
        var keepAbsent = head.Task is HeadTask.MultiLabel or HeadTask.ZeroShotMultiLabel;
        var classes = Index(head.Labels);
        return new(model.Version, head, ReportBuilder.Build(head.Name, dataName, head.Labels, outcomes, keepAbsent))
        {
            Rows = rows,
            Answers = answers,
            Outcomes = outcomes,
            Units = [.. outcomes.Select(text => EvaluationUnit.FromText(text, classes))],
            Classes = classes.Count,
        };
    }

    public HeadEvaluation Evaluate(IReadOnlyList<TaggedSentence> sentences)
    {
        var tags = EntityEvaluator.Tag(model, sentences, head.Name);
        var report = EntityEvaluator.Build(head.Name, dataName, head.Labels, tags);
        var types = Index(report.Classes.Select(static c => c.Label));
        return new(model.Version, head, report)
        {
            Sentences = sentences,
            Tags = tags,
            Outcomes = [.. tags.SelectMany(static sentence => sentence.Words)],
            Units = [.. tags.Select(sentence => EvaluationUnit.FromSentence(sentence, types))],
            Classes = types.Count,
        };
    }

    private static Dictionary<string, int> Index(IEnumerable<string> labels) =>
        labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
}
