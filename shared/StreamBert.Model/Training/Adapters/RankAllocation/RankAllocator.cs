namespace StreamBert.Model.Training.Adapters.RankAllocation;

/// <summary>
/// Distributes the total rank over the layers (Zhang et al. 2023): at intervals the most important triplets of all layers are kept, as
/// many as the budget has; the choice after the last decrease is final.
/// </summary>
/// <param name="interval">The number of steps between two choices.</param>
internal sealed class RankAllocator(IReadOnlyList<SvdTriplets> layers, RankBudget budget, int interval)
{
    /// <summary>Whether the ranks have reached the budget of the end of the run.</summary>
    public bool HasReachedTarget => layers.Sum(static layer => layer.Kept.Length) <= budget.Target;

    /// <summary>Takes a step into account, while its gradients exist.</summary>
    public void OnStep(int step, int steps)
    {
        foreach (var layer in layers) layer.Observe();
        var isFinal = budget.IsFinal(step, steps);
        if (isFinal && budget.IsFinal(step - 1, steps)) Prune();
        else if (isFinal || (step % interval == 0 && budget.GetRank(step, steps) < budget.Initial)) Allocate(budget.GetRank(step, steps));
    }

    private void Prune()
    {
        foreach (var layer in layers) layer.Prune();
    }

    private void Allocate(int rank)
    {
        var kept = layers.SelectMany(static (layer, index) => layer.ComputeImportance().Index()
                .Select(triplet => (Layer: index, Triplet: triplet.Index, Importance: triplet.Item)))
            .OrderByDescending(static triplet => triplet.Importance).Take(rank).ToLookup(
                static triplet => triplet.Layer, static triplet => triplet.Triplet);
        foreach (var (index, layer) in layers.Index()) layer.Keep(kept[index].ToHashSet());
    }
}
