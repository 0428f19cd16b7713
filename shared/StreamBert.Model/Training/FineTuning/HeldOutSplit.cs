using StreamBert.Model.Datasets.Duplicates;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// Excludes examples from training, to fit temperatures on them. An example is held out with its twins and near-duplicates: otherwise the
/// model would have memorized what the temperature is fitted on.
/// </summary>
internal sealed class HeldOutSplit
{
    private const int Seed = 1;
    private readonly IReadOnlyList<int> _parts;

    private HeldOutSplit(IReadOnlyList<int> parts) => _parts = parts;

    /// <param name="inputs">What the model reads of each example.</param>
    /// <param name="labels">The label of each example; the held-out part has about the same mix of them.</param>
    /// <param name="share">The share of the examples to hold out.</param>
    /// <param name="isHeldOut">Whether an example is held out in any case, with its duplicates; null: none is.</param>
    public static HeldOutSplit Create(
        IEnumerable<ModelInput> inputs, IReadOnlyList<string> labels, double share, IReadOnlyList<bool>? isHeldOut = null)
    {
        var groups = DuplicateGroups.Find(inputs);
        var parts = GroupedSplit.Assign(groups, labels, [1 - share, share], Seed);
        if (isHeldOut is null) return new(parts);
        var heldOut = groups.Where((_, index) => isHeldOut[index]).ToHashSet();
        return new([.. parts.Select((part, index) => heldOut.Contains(groups[index]) ? 1 : part)]);
    }

    public List<T> GetTraining<T>(IEnumerable<T> examples) => examples.Where((_, index) => _parts[index] == 0).ToList();

    public List<T> GetHeldOut<T>(IEnumerable<T> examples) => examples.Where((_, index) => _parts[index] == 1).ToList();
}
