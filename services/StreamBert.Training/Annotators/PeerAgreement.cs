namespace StreamBert.Training.Annotators;

/// <summary>
/// Compares the labels of the same text by three annotators or more. If all are equally reliable, the one whose label differs from those of
/// the others is each of them equally often; the permutation test therefore exchanges the labels of each text among its annotators.
/// </summary>
internal static class PeerAgreement
{
    private const int MinimumPeers = 3;

    /// <summary>Returns each label of a text with several, and the share of the others' labels that are equal to it.</summary>
    public static IReadOnlyList<(JudgedLabel Label, double Agreement)> Compare(IEnumerable<JudgedLabel> labels) =>
    [
        .. from item in labels.GroupBy(static label => label.Annotation.Item).Select(static item => item.ToList())
           where item.Count > 1
           from label in item
           select (label, (item.Count(other => other.Label == label.Label) - 1.0) / (item.Count - 1)),
    ];

    /// <summary>Tests whether an annotator agrees less often than the others; null if too few texts have three labels.</summary>
    public static ReliabilityTest? Test(string annotator, IReadOnlyList<JudgedLabel> labels, int minimumLabels)
    {
        var items = labels.GroupBy(static label => label.Annotation.Item).Select(static item => item.ToList())
            .Where(item => item.Count >= MinimumPeers && item.Exists(label => label.Annotator == annotator)).ToList();
        if (items.Count < minimumLabels)
            return null;
        var sides = items.SelectMany(DifferFromMajority).ToLookup(
            label => label.Label.Annotator == annotator, static label => label.Differs ? 1.0 : 0);
        return new(
            annotator, labels[0].Head, ReliabilityEvidence.Peers, items.Count, Average(sides[true]), Average(sides[false]),
            PermutationTest.PValue(Compare(items.SelectMany(static item => item)).Select(label => new PermutationTest.Observation(
                $"{label.Label.Annotation.Item}", -label.Agreement, label.Label.Annotator == annotator))));
    }

    /// <summary>Returns whether each label differs from that of more than half of the annotators; nothing without such a label.</summary>
    private static IEnumerable<(JudgedLabel Label, bool Differs)> DifferFromMajority(List<JudgedLabel> item)
    {
        var majority = item.CountBy(static label => label.Label).MaxBy(static label => label.Value);
        return 2 * majority.Value > item.Count ? item.Select(label => (label, label.Label != majority.Key)) : [];
    }

    private static double Average(IEnumerable<double> values) => values.DefaultIfEmpty().Average();
}
