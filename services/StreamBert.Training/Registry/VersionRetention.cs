namespace StreamBert.Training.Registry;

/// <summary>
/// Decides which versions of a model may be removed from the registry. It keeps the newest ones and every version that is needed: the one
/// that serves, the one that a rollback restores, the candidate of a rollout, pinned ones, the one that ships with the program, the newest
/// accepted candidate that has not served, the parent of the newest candidate, and every package that another one is an adapter of.
/// </summary>
/// <param name="registry">The registry.</param>
public sealed class VersionRetention(ModelRegistry registry)
{
    /// <summary>Returns the versions that may be removed, oldest first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="history">Its history.</param>
    /// <param name="keep">The number of the newest versions that are kept in any case.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<IReadOnlyList<string>> FindRemovableAsync(
        string model, ModelHistory history, int keep, CancellationToken cancellation)
    {
        var all = await registry.ListAsync(model, cancellation);
        var needed = FindNeeded(model, history);
        var removable = all.Select(static version => version.Version).SkipLast(keep).Where(version => !needed.Contains(version)).ToList();
        if (removable.Count == 0)
            return removable;
        var bases = new Dictionary<string, string?>();
        foreach (var version in all)
            bases[version.Version] = await registry.FindBaseAsync(version, cancellation);
        // A base package stays while any package that is an adapter of it stays; an adapter may be the base of another one.
        for (var found = FindBases(bases, removable); found.Count > 0; found = FindBases(bases, removable))
            removable.RemoveAll(found.Contains);
        return removable;
    }

    private HashSet<string> FindNeeded(string model, ModelHistory history)
    {
        var served = history.Served.Select(static version => version.Version).ToHashSet();
        var serving = registry.Packages.FindServing(model, history)?.Version;
        string?[] needed =
        [
            serving, history.Served.LastOrDefault(version => version.Version != serving)?.Version,
            registry.Packages.FindShippedManifest(model)?.Version, history.Rollout?.Version, history.Rollout?.Champion,
            history.Trained.LastOrDefault(trained => trained.Accepted && !served.Contains(trained.Version))?.Version,
            history.Trained.Count > 0 ? history.Trained[^1].Parent : null,
            .. history.Pins.Values.Where(static pin => pin.Pinned).Select(static pin => pin.Version),
        ];
        return [.. needed.OfType<string>()];
    }

    /// <summary>Returns those of the versions that are the base package of a version that is kept.</summary>
    private static HashSet<string> FindBases(Dictionary<string, string?> bases, List<string> removable) =>
        [.. bases.Where(version => !removable.Contains(version.Key)).Select(static version => version.Value).OfType<string>()
            .Where(removable.Contains)];
}
