using StreamBert.Model;
using StreamBert.Model.Packages;

namespace StreamBert.Training.Registry;

/// <summary>
/// Decides which versions of a model may be removed from the registry. It keeps the newest ones and every version that is needed: the one
/// that serves, the one that a rollback restores, the candidate of a rollout, pinned ones, the one that ships with the program, the newest
/// accepted candidate that has not served, the parent of the newest candidate, and every package that another one is an adapter of.
/// </summary>
/// <param name="directory">The registry.</param>
public sealed class VersionRetention(ModelDirectory directory)
{
    /// <summary>Returns the versions that may be removed, oldest first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="history">Its history.</param>
    /// <param name="keep">The number of the newest versions that are kept in any case.</param>
    public IReadOnlyList<string> FindRemovable(string model, ModelHistory history, int keep)
    {
        var all = directory.ListVersions();
        var needed = FindNeeded(model, history);
        var removable = all.Where(version => version.Model == model).Select(static version => version.Version).SkipLast(keep)
            .Where(version => !needed.Contains(version)).ToList();
        // A base package stays while any package that is an adapter of it stays; an adapter may be the base of another one.
        for (var found = FindBases(model, all, removable); found.Count > 0; found = FindBases(model, all, removable))
            removable.RemoveAll(found.Contains);
        return removable;
    }

    private HashSet<string> FindNeeded(string model, ModelHistory history)
    {
        var served = history.Served.Select(static version => version.Version).ToHashSet();
        var serving = directory.FindServing(model, history)?.Version;
        string?[] needed =
        [
            serving, history.Served.LastOrDefault(version => version.Version != serving)?.Version,
            directory.FindShippedManifest(model)?.Version, history.Rollout?.Version, history.Rollout?.Champion,
            history.Trained.LastOrDefault(trained => trained.Accepted && !served.Contains(trained.Version))?.Version,
            history.Trained.Count > 0 ? history.Trained[^1].Parent : null,
            .. history.Pins.Values.Where(static pin => pin.Pinned).Select(static pin => pin.Version),
        ];
        return [.. needed.OfType<string>()];
    }

    /// <summary>Returns those of the versions that are the base package of a version that is kept.</summary>
    private HashSet<string> FindBases(string model, IReadOnlyList<(string Model, string Version)> all, List<string> removable)
    {
        var bases = new HashSet<string>();
        foreach (var (owner, version) in all.Where(version => version.Model == model && !removable.Contains(version.Version)))
        {
            if (FindBase(owner, version) is { } name && removable.Contains(name))
                bases.Add(name);
        }
        return bases;
    }

    /// <summary>Returns the name of the base package of an adapter, which is beside it; null for other packages and damaged ones.</summary>
    private string? FindBase(string model, string version)
    {
        try
        {
            return ModelPackage.ReadManifest(directory.Resolve(ModelDirectory.NameOf(model, version))).Base?.Name;
        }
        catch (ModelPackageException)
        {
            return null; // it cannot be loaded, whatever its base package is
        }
    }
}
