namespace StreamBert.Training.Annotators;

/// <summary>
/// Decides the labels of items that annotators labelled differently: by the estimate of Dawid and Skene if at least
/// <see cref="MinimumItems"/> items have three labels or more, which is what the estimate needs; else by a majority in which each annotator
/// counts by <see cref="AgreementWeights"/>. A label needs <see cref="MinimumShare"/> of the probability or weight; two annotators of equal
/// reliability who disagree decide nothing.
/// </summary>
internal static class LabelResolver
{
    /// <summary>The share of the probability or weight that a label needs.</summary>
    public const double MinimumShare = 0.6;

    /// <summary>The number of items with three labels from which errors of annotators are estimated.</summary>
    public const int MinimumItems = 20;

    /// <param name="annotations">The labels of one head, at most one of an annotator for an item.</param>
    /// <returns>The label of each item; null if the annotators' labels decide nothing.</returns>
    public static IReadOnlyDictionary<int, string?> Resolve(IReadOnlyCollection<Annotation> annotations)
    {
        var items = annotations.GroupBy(static annotation => annotation.Item).Select(static item => item.ToList()).ToList();
        var shared = items.Where(static item => item.Count > 1).SelectMany(static item => item).ToList();
        var shares = new Lazy<Func<IReadOnlyList<Annotation>, (string Label, double Share)>>(
            () => items.Count(static item => item.Count > 2) >= MinimumItems ? ByEstimate(shared) : ByMajority(shared));
        return items.ToDictionary(
            static item => item[0].Item,
            item => item.All(annotation => annotation.Label == item[0].Label) ? item[0].Label
                : shares.Value(item) is { Share: >= MinimumShare } best ? best.Label : null);
    }

    private static Func<IReadOnlyList<Annotation>, (string, double)> ByEstimate(IReadOnlyCollection<Annotation> shared)
    {
        var estimate = DawidSkene.Estimate(shared);
        return item => item.Select(static annotation => annotation.Label)
            .Select(label => (label, estimate.ProbabilitiesOf(item[0].Item)[IndexOf(estimate.Labels, label)]))
            .MaxBy(static candidate => candidate.Item2);
    }

    private static int IndexOf(IReadOnlyList<string> labels, string label) =>
        labels.Index().First(candidate => candidate.Item == label).Index;

    private static Func<IReadOnlyList<Annotation>, (string, double)> ByMajority(IReadOnlyCollection<Annotation> shared)
    {
        var weights = AgreementWeights.Compute(shared);
        return item =>
        {
            var total = item.Sum(annotation => weights[annotation.Annotator]);
            return item.GroupBy(static annotation => annotation.Label)
                .Select(label => (label.Key, label.Sum(annotation => weights[annotation.Annotator]) / total))
                .MaxBy(static candidate => candidate.Item2);
        };
    }
}
