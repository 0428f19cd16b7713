using StreamBert.Contracts;
using StreamBert.Model.Heads;

namespace StreamBert.Model.Evaluation;

/// <summary>
/// Precision, recall and F1 of entities by type, as seqeval's <c>classification_report</c> gives them in its default mode (that of
/// conlleval; strict mode would
/// count an entity that begins with I- as none): an entity is right if type, start and end are. Beside it the table of tags, word by word.
/// </summary>
public static class EntityReportBuilder
{
    public static ClassificationReport Build(
        string head,
        string data,
        IReadOnlyList<string> labels,
        IReadOnlyList<SentenceOutcome> sentences)
    {
        var words = ReportBuilder.Build(head, data, WithData(labels, sentences), [.. sentences.SelectMany(Words)]);
        var spans = sentences.SelectMany(Spans).ToList();
        var counts = spans.GroupBy(static span => span.Type).OrderBy(static type => type.Key, StringComparer.Ordinal)
            .Select(static type => (type.Key, Counts: Hits.Of(type)))
            .ToList();
        var types = counts.ConvertAll(static type => type.Counts.Metrics(type.Key));
        return new ClassificationReport
        {
            Head = head,
            Data = data,
            Count = sentences.Count,
            Accuracy = words.Accuracy,
            Classes = types,
            Micro = Hits.Of(spans).Average,
            Macro = ReportBuilder.Average(types, static _ => 1),
            Weighted = ReportBuilder.Average(types, static type => type.Support),
            CalibrationError = words.CalibrationError,
            Words = words,
        };
    }

    private static IEnumerable<Outcome> Words(SentenceOutcome sentence) =>
        sentence.Actual.Zip(sentence.Predicted, static (actual, predicted) => new Outcome(actual, predicted.Tag, predicted.Probability));

    /// <summary>Tags of data in another scheme than the head's have lines of their own.</summary>
    private static IReadOnlyList<string> WithData(IReadOnlyList<string> labels, IReadOnlyList<SentenceOutcome> sentences) =>
        [.. labels.Union(sentences.SelectMany(static sentence => sentence.Actual), StringComparer.Ordinal)];

    /// <summary>Every entity that is there or is said to be, once.</summary>
    private static IEnumerable<(string Type, bool Actual, bool Predicted)> Spans(SentenceOutcome outcome)
    {
        var actual = Tags.Spans(outcome.Actual).ToHashSet();
        var predicted = Tags.Spans([.. outcome.Predicted.Select(static tag => tag.Tag)]).ToHashSet();
        return actual.Union(predicted).Select(span => (span.Type, actual.Contains(span), predicted.Contains(span)));
    }

    private readonly record struct Hits(long Actual, long Predicted, long Right)
    {
        public static Hits Of(
            IEnumerable<(string Type, bool Actual, bool Predicted)> spans) => spans.Aggregate(default(Hits), static (sum, span) => new Hits(
            sum.Actual + (span.Actual ? 1 : 0), sum.Predicted + (span.Predicted
                ? 1
                : 0), sum.Right + (span is { Actual: true, Predicted: true } ? 1 : 0)));

        public AverageMetrics Average => ReportBuilder.Rates(Right, Predicted, Actual);

        public ClassMetrics Metrics(string type) => new(type, Average.Precision, Average.Recall, Average.F1, Actual);
    }
}
