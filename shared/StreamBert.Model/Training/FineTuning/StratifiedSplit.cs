using StreamBert.Model.Training.Optimization;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// Splits labelled examples into a training and a validation part in which each label has about the same share. Examples that the model
/// reads identically stay on one side.
/// </summary>
internal static class StratifiedSplit
{
    /// <summary>Splits examples; each part has them in their order.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="getIds">Returns the token ids of an example.</param>
    /// <param name="getLabel">Returns its label.</param>
    /// <param name="share">The share of the validation part, which has at least one example of each label with two different ones.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    public static (List<T> Training, List<T> Validation) Split<T>(
        IReadOnlyList<T> examples, Func<T, int[]> getIds, Func<T, int> getLabel, double share, int seed)
    {
        var random = new Random(Seeds.Derive(seed, Seeds.Split, 0));
        var twins = Enumerable.Range(0, examples.Count).GroupBy(i => string.Join(' ', getIds(examples[i])), StringComparer.Ordinal)
            .Select(static group => group.ToArray());
        var validation = twins.GroupBy(group => getLabel(examples[group[0]])).OrderBy(static label => label.Key)
            .SelectMany(label => Choose([.. label], share, random)).ToHashSet();
        return (Filter(isValidation: false), Filter(isValidation: true));

        List<T> Filter(bool isValidation) => [.. examples.Where((_, i) => validation.Contains(i) == isValidation)];
    }

    /// <summary>Chooses groups of twins at random until they have the share of the label's examples; at least one group is left.</summary>
    private static List<int> Choose(int[][] groups, double share, Random random)
    {
        random.Shuffle(groups);
        var wanted = Math.Max(1, (int)Math.Round(share * groups.Sum(static group => group.Length), MidpointRounding.AwayFromZero));
        var chosen = new List<int>();
        foreach (var group in groups.SkipLast(1))
        {
            if (chosen.Count >= wanted) break;
            chosen.AddRange(group);
        }
        return chosen;
    }
}
