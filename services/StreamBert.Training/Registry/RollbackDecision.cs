using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Packages;

namespace StreamBert.Training.Registry;

/// <summary>Decides which version a rollback restores.</summary>
internal static class RollbackDecision
{
    /// <returns>The version that serves and the one to restore, or why there is none.</returns>
    public static (ServedVersion? Serving, ServedVersion? Target, string? Refusal) Decide(
        RollbackRequested request, ModelHistory history, ModelDirectory directory)
    {
        if (history.Served.Count == 0)
            return Refuse("the shipped version serves, and there is none before it");
        var serving = history.Served[^1];
        var known = directory.FindShipped(request.Model) is { } shipped ? history.Served.Prepend(shipped) : history.Served;
        var target = known.LastOrDefault(
            served => request.To is null ? served.Version != serving.Version : served.Version == request.To);
        if (target is null || target.Version == serving.Version)
        {
            return Refuse(request.To is null
                ? $"{serving.Version} serves, and no other version has served before it"
                : $"{serving.Version} serves, and the requested version is not one that has served before it");
        }
        return FindPackageError(target, directory) is { } error ? Refuse(error) : (serving, target, null);
    }

    private static (ServedVersion?, ServedVersion?, string?) Refuse(string reason) => (null, null, reason);

    private static string? FindPackageError(ServedVersion target, ModelDirectory directory)
    {
        if (!Directory.Exists(directory.Resolve(target.Directory)))
            return $"the package {target.Directory} is not in the models directory any more";
        try
        {
            ModelPackage.Verify(directory.Resolve(target.Directory));
            return null;
        }
        catch (ModelPackageException e)
        {
            return $"the package of {target.Version} is damaged. {e.Message}";
        }
    }
}
