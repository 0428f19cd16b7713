using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Training.Datasets;

namespace StreamBert.Training.Comparisons;

/// <summary>Measures what a candidate would answer differently from the champion on the newest texts.</summary>
internal static class AnswerChangeMeter
{
    /// <summary>The number of texts that are classified; each needs a forward pass of both versions.</summary>
    public const int MaximumTexts = 1_000;

    private const int MaximumExamples = 10, MaximumSlices = 20, MinimumSliceTexts = 10;
    private static readonly TimeSpan Period = TimeSpan.FromDays(1);

    /// <summary>Classifies the texts of the last day before the newest one with both versions.</summary>
    /// <returns>The changes; null if there are no texts.</returns>
    public static AnswerChanges? Measure(
        TextClassifier champion, TextClassifier candidate, IReadOnlyList<RecentText> recent, CancellationToken cancellation)
    {
        if (recent.Count == 0)
            return null;
        var newest = recent.Max(static text => text.Stored.ClassifiedAt);
        var texts = recent.Where(text => text.Stored.ClassifiedAt > newest - Period && HasHead(champion, text.Stored)).Take(MaximumTexts)
            .ToList();
        return texts.Count == 0 ? null : Count(
            [.. texts.Zip(Answer(champion, texts, cancellation), Answer(candidate, texts, cancellation))
                .Select(static text => new AnsweredText(text.First.Stored, text.Second, text.Third))]);
    }

    private static bool HasHead(TextClassifier model, TextClassified stored) =>
        model.Heads.Any(head => stored.Heads.ContainsKey(head.Name));

    /// <summary>Counts the changes of texts that both versions have answered.</summary>
    public static AnswerChanges Count(IReadOnlyList<AnsweredText> texts) => new()
    {
        Texts = texts.Count,
        Changed = texts.Count(static text => text.IsChanged),
        OldestAt = texts.Min(static text => text.Stored.ClassifiedAt),
        NewestAt = texts.Max(static text => text.Stored.ClassifiedAt),
        Heads =
        [
            .. texts.SelectMany(static text => text.Heads).Distinct().Order(StringComparer.Ordinal).Select(head => Count(head, texts)),
        ],
        Slices =
        [
            .. texts.SelectMany(static text => text.Slices.Select(slice => (Slice: slice, text.IsChanged)))
                .GroupBy(static text => text.Slice, StringComparer.Ordinal)
                .Select(static slice => new ChangedSlice(slice.Key, slice.Count(), slice.Count(static text => text.IsChanged)))
                .Where(static slice => slice.Texts >= MinimumSliceTexts)
                .OrderByDescending(static slice => slice.Texts).ThenBy(static slice => slice.Slice, StringComparer.Ordinal)
                .Take(MaximumSlices),
        ],
        Examples =
        [
            .. texts.Where(static text => text.IsChanged).Select(static text => text.ToExample())
                .OrderByDescending(static example => example.Confidence).ThenBy(static example => example.Id, StringComparer.Ordinal)
                .Take(MaximumExamples),
        ],
    };

    private static HeadChanges Count(string head, IReadOnlyList<AnsweredText> texts)
    {
        var labels = texts.Where(text => text.Heads.Contains(head))
            .Select(text => (From: text.Before[head].Label, To: text.After[head].Label)).ToList();
        return new()
        {
            Head = head,
            Texts = labels.Count,
            Changed = labels.Count(static label => label.From != label.To),
            Before = CountLabels(labels.Select(static label => label.From)),
            After = CountLabels(labels.Select(static label => label.To)),
            Changes =
            [
                .. labels.Where(static label => label.From != label.To).CountBy(static label => label)
                    .OrderByDescending(static change => change.Value).ThenBy(static change => change.Key.From, StringComparer.Ordinal)
                    .ThenBy(static change => change.Key.To, StringComparer.Ordinal)
                    .Select(static change => new LabelChange(change.Key.From, change.Key.To, change.Value)),
            ],
        };
    }

    private static Dictionary<string, long> CountLabels(IEnumerable<string> labels) =>
        labels.CountBy(static label => label).OrderBy(static label => label.Key, StringComparer.Ordinal)
            .ToDictionary(static label => label.Key, static label => (long)label.Value);

    private static IEnumerable<IReadOnlyDictionary<string, HeadPrediction>> Answer(
        TextClassifier model, IReadOnlyList<RecentText> texts, CancellationToken cancellation) =>
        BatchedAnswers.Of(model, texts.Select(static text => text.Text), cancellation).Select(static answered => answered.Answer.Heads);
}
