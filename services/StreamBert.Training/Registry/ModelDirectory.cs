using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;

namespace StreamBert.Training.Registry;

/// <summary>
/// The packages on disk that all services share: <c>ROOT/MODEL/VERSION/</c>. A package is complete and immutable once it has its final
/// name; it serves only if the topic <c>models</c> names it.
/// </summary>
/// <param name="root">The option <c>Models:Directory</c>.</param>
/// <param name="shipped">The option <c>Models:Packages</c>: the directory of the packages that ship with the program.</param>
public sealed class ModelDirectory(string root, string shipped)
{
    private const string PartialSuffix = ".partial";

    /// <summary>The directory of the data sets that versions were trained on.</summary>
    public string Datasets => Path.Combine(root, ".datasets");

    /// <summary>Returns the path of the directory that an event names.</summary>
    public string Resolve(string directory) => Path.Combine(root, directory);

    /// <summary>Returns the directory of a version as events name it.</summary>
    public static string NameOf(string model, string version) => $"{model}/{version}";

    /// <summary>Locks the directory for one trainer until the result is disposed or the process ends.</summary>
    /// <returns>Null if another trainer holds the lock.</returns>
    public IDisposable? TryLock()
    {
        Directory.CreateDirectory(root);
        try
        {
            return new FileStream(Path.Combine(root, ".trainer"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    /// <summary>Returns the path to write a new version to; removes what an interrupted run has left there.</summary>
    public string Begin(string model, string version)
    {
        var path = Resolve(NameOf(model, version)) + PartialSuffix;
        Remove(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>
    /// Gives a complete version its final name and returns its path. An existing directory of that name is replaced: it can only belong to
    /// a run that was interrupted before its events were written.
    /// </summary>
    public string Complete(string model, string version)
    {
        var path = Resolve(NameOf(model, version));
        Remove(path);
        Directory.Move(path + PartialSuffix, path);
        return path;
    }

    /// <summary>Removes the package of a version, complete or not, if there is one.</summary>
    public void Remove(string model, string version)
    {
        Remove(Resolve(NameOf(model, version)));
        Remove(Resolve(NameOf(model, version)) + PartialSuffix);
    }

    /// <summary>Returns all complete versions, ordered by model, then oldest first.</summary>
    public IReadOnlyList<(string Model, string Version)> ListVersions() => !Directory.Exists(root) ? [] :
    [
        .. from model in new DirectoryInfo(root).EnumerateDirectories()
           from version in model.EnumerateDirectories()
           where !model.Name.StartsWith('.') && !version.Name.EndsWith(PartialSuffix, StringComparison.Ordinal)
           orderby model.Name, version.CreationTimeUtc, version.Name
           select (model.Name, version.Name),
    ];

    /// <summary>
    /// Returns the shipped version of a model, which serves until one is promoted. The first call copies its package into the registry, so
    /// that a rollback can name it.
    /// </summary>
    /// <exception cref="ModelPackageException">No package of the model ships with the program.</exception>
    public ServedVersion GetShipped(string model) => FindShipped(model) ?? throw new ModelPackageException(
        $"No version of the model '{model}' was ever promoted and none ships in '{shipped}'. Promote one first.");

    /// <summary>Returns the same as <see cref="GetShipped"/>, or null if no package of the model ships with the program.</summary>
    public ServedVersion? FindShipped(string model)
    {
        var source = Path.Combine(shipped, model);
        if (!Directory.Exists(source))
            return null;
        var version = ModelPackage.ReadManifest(source).Version;
        if (!Directory.Exists(Resolve(NameOf(model, version))))
        {
            Copy(source, Begin(model, version));
            Complete(model, version);
        }
        return new(version, NameOf(model, version));
    }

    /// <summary>Returns the version that serves: the last one of the history, or else the shipped one; null if there is none.</summary>
    public ServedVersion? FindServing(string model, ModelHistory history) =>
        history.Served.Count > 0 ? history.Served[^1] : FindShipped(model);

    /// <summary>Returns whether the registry or the program contains a version of a model; any text may be given as its name.</summary>
    public bool Contains(string model) => ListVersions().Any(version => version.Model == model)
        || (Directory.Exists(shipped) && Directory.EnumerateDirectories(shipped).Any(package => Path.GetFileName(package) == model));

    /// <summary>Returns the manifest of a shipped package; null if none ships or it cannot be read.</summary>
    public PackageManifest? FindShippedManifest(string model)
    {
        try
        {
            return ModelPackage.ReadManifest(Path.Combine(shipped, model));
        }
        catch (ModelPackageException)
        {
            return null; // the worker that serves the package reports the error
        }
    }

    /// <summary>Returns the reference profile of a shipped package; null if none ships, or it has none or an invalid one.</summary>
    public ReferenceProfile? FindShippedProfile(string model)
    {
        try
        {
            return ModelPackage.ReadProfile(Path.Combine(shipped, model));
        }
        catch (ModelPackageException)
        {
            return null; // the worker that serves the package reports the error
        }
    }

    private static void Copy(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            RegularFile.Copy(file, copy);
        }
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }
}
