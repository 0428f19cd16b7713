using System.Security.Cryptography;
using System.Text;

namespace StreamBert.Model.Datasets;

/// <summary>
/// Draws the anchor of a package: for each head, texts of each label in the proportions of the data. The draw depends on the texts only,
/// not on their order.
/// </summary>
public static class AnchorSample
{
    /// <summary>
    /// The number of evaluation texts of a head. A candidate that is right as often as its predecessor, and on other texts in 6 % of all,
    /// shows with 95 % confidence that it is at most two percentage points worse in more than 95 % of cases:
    /// 2 · 1.645 · √(0.06 / n) ≤ 0.02 from n = 1,624.
    /// </summary>
    public const int EvaluationTexts = 2000;

    /// <summary>The number of training texts of a head.</summary>
    public const int TrainingTexts = 1000;

    /// <summary>Draws the evaluation part from texts that were held out, and the training part from those that were trained on.</summary>
    /// <param name="training">The texts that the model was trained on.</param>
    /// <param name="heldOut">Texts that it was not trained on; none of them is in the training part.</param>
    /// <returns>The texts by head and part.</returns>
    public static IReadOnlyList<AnchorText> Draw(IEnumerable<LabelledText> training, IReadOnlyCollection<LabelledText> heldOut)
    {
        var evaluated = heldOut.Select(static text => text.Text).ToHashSet(StringComparer.Ordinal);
        var trained = training.Where(text => !evaluated.Contains(text.Text));
        return
        [
            .. Draw(heldOut, EvaluationTexts, AnchorText.EvaluationPart),
            .. Draw(trained, TrainingTexts, AnchorText.TrainingPart),
        ];
    }

    private static IEnumerable<AnchorText> Draw(IEnumerable<LabelledText> texts, int count, string part) =>
        texts.GroupBy(static text => text.Head, StringComparer.Ordinal).OrderBy(static head => head.Key, StringComparer.Ordinal)
            .SelectMany(head => Spread(head, count)).Select(text => AnchorText.Create(text, part));

    /// <summary>Takes every k-th text of those ordered by label and, within a label, by hash.</summary>
    private static IEnumerable<LabelledText> Spread(IEnumerable<LabelledText> texts, int count)
    {
        var ordered = texts.DistinctBy(static text => text.Text, StringComparer.Ordinal)
            .OrderBy(static text => text.Label, StringComparer.Ordinal).ThenBy(static text => Hash(text.Text))
            .ThenBy(static text => text.Text, StringComparer.Ordinal).ToList();
        return ordered.Count <= count ? ordered
            : Enumerable.Range(0, count).Select(i => ordered[(int)((long)i * ordered.Count / count)]);
    }

    private static ulong Hash(string text) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
