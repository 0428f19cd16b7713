using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;

namespace StreamBert.Training.Datasets;

/// <summary>The answers of a model to labelled texts of one head.</summary>
/// <param name="Data">The name of the texts in reports.</param>
internal sealed record HeadAnswers(string Head, string Data, IReadOnlyList<string> Labels, IReadOnlyList<EvaluatedText> Texts)
{
    /// <summary>Answers the texts of each head that has some.</summary>
    public static IReadOnlyList<HeadAnswers> Of(TextClassifier model, IReadOnlyList<LabelledText> texts, string data) =>
    [
        .. texts.GroupBy(static text => text.Head, StringComparer.Ordinal).OrderBy(static head => head.Key, StringComparer.Ordinal)
            .Select(head => new HeadAnswers(
                head.Key, data, model.Heads.First(other => other.Name == head.Key).Labels, Evaluator.Answer(model, [.. head], head.Key))),
    ];

    public ClassificationReport CreateReport() => ReportBuilder.Build(Head, Data, Labels, Texts);
}
