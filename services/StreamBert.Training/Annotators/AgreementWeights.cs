namespace StreamBert.Training.Annotators;

/// <summary>
/// Estimates how much the vote of each annotator counts: the share of the other annotators' labels on the same items that are equal, with
/// one agreement and one disagreement added, so that few common items say little.
/// </summary>
internal static class AgreementWeights
{
    /// <summary>Returns the weight of each annotator, between 0 and 1; ½ for one who labels no item together with another.</summary>
    public static IReadOnlyDictionary<string, double> Compute(IEnumerable<Annotation> annotations)
    {
        var counts = new Dictionary<string, (int Equal, int All)>();
        foreach (var item in annotations.GroupBy(static annotation => annotation.Item).Select(static item => item.ToList()))
        {
            var sizes = item.CountBy(static annotation => annotation.Label).ToDictionary();
            foreach (var annotation in item)
            {
                var (equal, all) = counts.GetValueOrDefault(annotation.Annotator);
                counts[annotation.Annotator] = (equal + sizes[annotation.Label] - 1, all + item.Count - 1);
            }
        }
        return counts.ToDictionary(static count => count.Key, static count => (count.Value.Equal + 1.0) / (count.Value.All + 2));
    }
}
