using StreamBert.Contracts;
using StreamBert.Model.Entities;

namespace StreamBert.Model.Evaluation;

/// <summary>
/// Computes precision, recall and F1 of entities by type, as seqeval's <c>classification_report</c> does in its default mode (that of
/// conlleval; strict mode ignores an entity that begins with I-): an entity is correct if its type, start and end are. A second table
/// counts tags word by word.
/// </summary>
internal static class EntityReportBuilder
{
    public static ClassificationReport Build(
        string head, string data, IReadOnlyList<string> labels, IReadOnlyList<EvaluatedSentence> sentences)
    {
        var words = ReportBuilder.Build(head, data, AddMissingTags(labels, sentences), [.. sentences.SelectMany(ListWords)]);
        var entities = sentences.SelectMany(ListEntities).ToList();
        var types = entities.GroupBy(static entity => entity.Type).OrderBy(static type => type.Key, StringComparer.Ordinal)
            .Select(static type => EntityCounts.Count(type).ToMetrics(type.Key)).ToList();
        return new ClassificationReport
        {
            Head = head,
            Data = data,
            Count = sentences.Count,
            Accuracy = words.Accuracy,
            Classes = types,
            Micro = EntityCounts.Count(entities).Rates,
            Macro = ReportBuilder.ComputeAverage(types, static _ => 1),
            Weighted = ReportBuilder.ComputeAverage(types, static type => type.Support),
            CalibrationError = words.CalibrationError,
            Words = words,
        };
    }

    private static IEnumerable<EvaluatedText> ListWords(EvaluatedSentence sentence) =>
        sentence.Actual.Zip(sentence.Predicted, static (actual, predicted) =>
            new EvaluatedText(actual, predicted.Tag, predicted.Probability));

    /// <summary>Adds tags of the data that the head does not have, because the data are in another scheme.</summary>
    private static IReadOnlyList<string> AddMissingTags(IReadOnlyList<string> labels, IReadOnlyList<EvaluatedSentence> sentences) =>
        [.. labels.Union(sentences.SelectMany(static sentence => sentence.Actual), StringComparer.Ordinal)];

    /// <summary>Returns every entity of a sentence that is true or predicted, once.</summary>
    private static IEnumerable<EvaluatedEntity> ListEntities(EvaluatedSentence sentence)
    {
        var actual = EntityTags.Decode(sentence.Actual).ToHashSet();
        var predicted = EntityTags.Decode([.. sentence.Predicted.Select(static tag => tag.Tag)]).ToHashSet();
        return actual.Union(predicted).Select(span => new EvaluatedEntity(span.Type, actual.Contains(span), predicted.Contains(span)));
    }

    private readonly record struct EvaluatedEntity(string Type, bool IsActual, bool IsPredicted);

    private readonly record struct EntityCounts(long Actual, long Predicted, long Correct)
    {
        public AverageMetrics Rates => ReportBuilder.ComputeRates(Correct, Predicted, Actual);

        public static EntityCounts Count(IEnumerable<EvaluatedEntity> entities) =>
            entities.Aggregate(default(EntityCounts), static (counts, entity) => new(
            counts.Actual + (entity.IsActual ? 1 : 0), counts.Predicted + (entity.IsPredicted ? 1 : 0),
            counts.Correct + (entity is { IsActual: true, IsPredicted: true } ? 1 : 0)));

        public ClassMetrics ToMetrics(string type) => new(type, Rates.Precision, Rates.Recall, Rates.F1, Actual);
    }
}
