using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation;

/// <summary>
/// Computes precision, recall and F1 of entities by type, as seqeval's <c>classification_report</c> does in its default mode (that of
/// conlleval; strict mode ignores an entity that begins with I-). A second report counts tags word by word.
/// </summary>
internal static class EntityReportBuilder
{
    public static ClassificationReport Build(
        string head, string data, IReadOnlyList<string> labels, IReadOnlyList<EvaluatedSentence> sentences)
    {
        var words = ReportBuilder.Build(
            head, data, AddMissingTags(labels, sentences), [.. sentences.SelectMany(static sentence => sentence.Words)]);
        var types = ClassificationCounts.Count(sentences.SelectMany(static sentence => sentence.Entities));
        return new ClassificationReport
        {
            Head = head,
            Data = data,
            Count = sentences.Count,
            Accuracy = words.Accuracy,
            Classes = ReportBuilder.ToMetrics(types),
            Micro = ClassificationCounts.AverageMicro(types),
            Macro = ClassificationCounts.AverageMacro(types),
            Weighted = ClassificationCounts.AverageWeighted(types),
            CalibrationError = words.CalibrationError,
            Words = words,
        };
    }

    /// <summary>Adds tags of the data that the head does not have, because the data are in another scheme.</summary>
    private static IReadOnlyList<string> AddMissingTags(IReadOnlyList<string> labels, IReadOnlyList<EvaluatedSentence> sentences) =>
        [.. labels.Union(sentences.SelectMany(static sentence => sentence.Actual), StringComparer.Ordinal)];
}
