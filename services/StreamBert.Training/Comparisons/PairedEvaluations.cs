using StreamBert.Contracts;
using StreamBert.Model.Evaluation;
using StreamBert.Training.Datasets;

namespace StreamBert.Training.Comparisons;

/// <summary>Counts the answers of champion and candidate to the same labelled texts: confusion matrices and slices.</summary>
internal static class PairedEvaluations
{
    private const int MaximumSlices = 50;

    /// <summary>Counts the answers by head.</summary>
    /// <param name="slicesOf">Returns the slices of a text by its head and its number among the texts of the head.</param>
    public static IEnumerable<PairedEvaluation> Create(
        IReadOnlyList<HeadAnswers> champion, IReadOnlyList<HeadAnswers> candidate, Func<string, int, IReadOnlyList<string>> slicesOf) =>
        champion.Zip(candidate, (before, after) => new PairedEvaluation
        {
            Head = before.Head,
            Data = before.Data,
            Champion = CountCells(before.Texts),
            Candidate = CountCells(after.Texts),
            Slices = CountSlices(before, after, slicesOf),
        });

    private static IReadOnlyList<ConfusionCell> CountCells(IReadOnlyList<EvaluatedText> texts) =>
    [
        .. texts.CountBy(static text => (Actual: string.Join(", ", text.Actual), Predicted: string.Join(", ", text.Predicted)))
            .OrderByDescending(static cell => cell.Value).ThenBy(static cell => cell.Key.Actual, StringComparer.Ordinal)
            .ThenBy(static cell => cell.Key.Predicted, StringComparer.Ordinal)
            .Select(static cell => new ConfusionCell(cell.Key.Actual, cell.Key.Predicted, cell.Value)),
    ];

    private static IReadOnlyList<EvaluatedSlice> CountSlices(
        HeadAnswers before, HeadAnswers after, Func<string, int, IReadOnlyList<string>> slicesOf) =>
    [
        .. before.Texts.Zip(after.Texts).Index()
            .SelectMany(text => slicesOf(before.Head, text.Index).Select(slice => (Slice: slice, text.Item)))
            .GroupBy(static text => text.Slice, static text => text.Item, StringComparer.Ordinal)
            .Select(static slice => new EvaluatedSlice(
                slice.Key, slice.Count(), slice.Count(static text => text.First.IsCorrect),
                slice.Count(static text => text.Second.IsCorrect)))
            .OrderByDescending(static slice => slice.Texts).ThenBy(static slice => slice.Slice, StringComparer.Ordinal)
            .Take(MaximumSlices),
    ];
}
