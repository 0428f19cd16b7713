using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Packages;

namespace StreamBert.Training.Registry;

/// <summary>
/// The packages on disk that all services see: <c>ROOT/MODEL/VERSION/</c>, each complete and never changed once it has its name.
/// What lies here serves only if the <c>models</c> topic says so.
/// </summary>
/// <param name="root">The setting <c>Models:Directory</c>.</param>
/// <param name="shipped">Where packages ship with the program: <c>models/</c> beside it.</param>
public sealed class ModelDirectory(string root, string shipped)
{
    private const string Unfinished = ".partial";

    /// <summary>The directory an event's <c>Directory</c> stands for.</summary>
    public string Resolve(string directory) => Path.Combine(root, directory);

    /// <summary>How an event names a version's directory.</summary>
    public static string NameOf(string model, string version) => $"{model}/{version}";

    /// <summary>Claims the directory for one trainer until it is disposed, or its process ends in whatever way.</summary>
    /// <returns>Null if another trainer holds it.</returns>
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

    /// <summary>Where a candidate is written until it is complete; what a killed run left there is removed.</summary>
    public string Begin(string model, string version)
    {
        var path = Resolve(NameOf(model, version)) + Unfinished;
        Remove(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>
    /// Gives a complete candidate its name. A directory of that name can only be what a run left that was killed before its events were
    /// written.
    /// </summary>
    public string Complete(string model, string version)
    {
        var path = Resolve(NameOf(model, version));
        Remove(path);
        Directory.Move(path + Unfinished, path);
        return path;
    }

    /// <summary>Removes a version's package, complete or not, if there is one.</summary>
    public void Remove(string model, string version)
    {
        Remove(Resolve(NameOf(model, version)));
        Remove(Resolve(NameOf(model, version)) + Unfinished);
    }

    /// <summary>Every complete version that lies here.</summary>
    public IReadOnlyList<(string Model, string Version)> Versions() => !Directory.Exists(root) ? [] :
    [
        .. from model in new DirectoryInfo(root).EnumerateDirectories()
           from version in model.EnumerateDirectories()
           where !model.Name.StartsWith('.') && !version.Name.EndsWith(Unfinished, StringComparison.Ordinal)
           orderby model.Name, version.CreationTimeUtc, version.Name
           select (model.Name, version.Name),
    ];

    /// <summary>
    /// The package that serves while nothing has been promoted, copied into the registry at first need, so that a rollback can name it.
    /// </summary>
    /// <exception cref="ModelPackageException">No package of that model ships with this program.</exception>
    public ServedVersion Shipped(string model) => FindShipped(model)
        ?? throw new ModelPackageException(
            $"No version of the model '{model}' was ever promoted and none ships in '{shipped}'. Promote one first.");

    /// <summary>As <see cref="Shipped"/>, or null where none ships: an imported model has only promoted versions.</summary>
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

    /// <summary>
    /// What the package says of itself that serves while nothing has been promoted; null where none ships or it cannot be read.
    /// </summary>
    public PackageManifest? ShippedManifest(string model)
    {
        try
        {
            return ModelPackage.ReadManifest(Path.Combine(shipped, model));
        }
        catch (ModelPackageException)
        {
            return null; // whoever serves it says so loudly
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
