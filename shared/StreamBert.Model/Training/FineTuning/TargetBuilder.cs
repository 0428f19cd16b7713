namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// Creates the target distributions of a head: label smoothing (Szegedy et al. 2016), and class weights n / (k · n_c) that give each of the
/// k classes the same total weight (scikit-learn's <c>balanced</c>).
/// </summary>
internal sealed class TargetBuilder
{
    private readonly float[][] _targets;

    /// <param name="labels">The label of each training example.</param>
    /// <param name="labelCount">The number of labels.</param>
    public TargetBuilder(IReadOnlyCollection<int> labels, int labelCount, FineTuneOptions options)
    {
        var counts = labels.CountBy(static label => label).ToDictionary();
        _targets = [.. Enumerable.Range(0, labelCount)
            .Select(label => Create(label, labelCount, options.LabelSmoothing, GetWeight(label)))];

        double GetWeight(int label) => options.BalanceClasses && counts.TryGetValue(label, out var count)
            ? (double)labels.Count / (counts.Count * count)
            : 1;
    }

    /// <summary>Returns the target of a label, of which the sum is the weight of the class.</summary>
    public float[] this[int label] => _targets[label];

    private static float[] Create(int label, int labelCount, double smoothing, double weight)
    {
        var target = new float[labelCount];
        Array.Fill(target, (float)(weight * smoothing / labelCount));
        target[label] += (float)(weight * (1 - smoothing));
        return target;
    }
}
