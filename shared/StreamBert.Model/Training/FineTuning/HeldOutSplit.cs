using StreamBert.Model.Datasets.Duplicates;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// Excludes examples from training, to validate on them or to fit temperatures. An example is held out with its twins and near-duplicates:
/// otherwise the model would have memorized what it is validated on.
/// </summary>
internal sealed class HeldOutSplit
{
    private const int Seed = 1;
    private readonly IReadOnlyList<int> _parts;

    private HeldOutSplit(IReadOnlyList<int> parts) => _parts = parts;

    /// <param name="inputs">What the model reads of each example.</param>
    /// <param name="labels">
    /// The label of each example: the held-out part has about the same mix of them, and no label of which no example would be trained.
    /// </param>
    /// <param name="share">The share of the examples to hold out.</param>
    /// <param name="isHeldOut">Whether an example is held out in any case, with its duplicates; null: none is.</param>
    public static HeldOutSplit Create(
        IEnumerable<ModelInput> inputs, IReadOnlyList<string> labels, double share, IReadOnlyList<bool>? isHeldOut = null)
    {
        var groups = DuplicateGroups.Find(inputs);
        var parts = GroupedSplit.Assign(groups, labels, [1 - share, share], Seed);
        var heldOut = groups.Where((_, i) => isHeldOut?[i] == true).ToHashSet();
        var trained = labels.Where((_, i) => parts[i] == 0 && !heldOut.Contains(groups[i])).ToHashSet(StringComparer.Ordinal);
        var kept = groups.Where((_, i) => !trained.Contains(labels[i])).ToHashSet();
        return new([.. parts.Select((part, i) => heldOut.Contains(groups[i]) ? 1 : kept.Contains(groups[i]) ? 0 : part)]);
    }

    public List<T> GetTraining<T>(IEnumerable<T> examples) => examples.Where((_, index) => _parts[index] == 0).ToList();

    public List<T> GetHeldOut<T>(IEnumerable<T> examples) => examples.Where((_, index) => _parts[index] == 1).ToList();
}
