using StreamBert.Model;
using StreamBert.Model.Classification;

namespace StreamBert.Inference.Serving;

/// <summary>Loads and warms up a model version, or throws with the reason why it must not serve.</summary>
/// <param name="registry">The models directory that all services share.</param>
/// <param name="shipped">The directory of the packages that ship with the program.</param>
/// <param name="devices">The devices; each holds a copy of the model.</param>
internal sealed class ModelLoader(string registry, string shipped, IReadOnlyList<ComputeOptions> devices)
{
    /// <summary>Returns whether a package of this name ships with the program.</summary>
    public bool HasShipped(string model) => Directory.Exists(Path.Combine(shipped, model));

    /// <summary>Loads the shipped package of a model, which serves until a version is promoted.</summary>
    /// <exception cref="ModelPackageException">The package is missing, invalid, or lacks a head.</exception>
    public ServedModel LoadShipped(string model, IReadOnlyCollection<string> heads)
    {
        var directory = Path.Combine(shipped, model);
        return HasShipped(model) ? LoadAndWarmUp(directory, heads) : throw new ModelPackageException(
            $"No version of the model '{model}' was promoted, and none ships in {directory}. "
            + "Promote one, or correct the pipeline's Model.");
    }

    /// <exception cref="ModelPackageException">
    /// The package is outside the models directories, changed, invalid, another version, or lacks a head.
    /// </exception>
    public ServedModel Load(ModelTarget target, IReadOnlyCollection<string> heads)
    {
        var directory = Path.GetFullPath(target.Directory, Path.GetFullPath(registry));
        if (!IsBelow(directory, registry) && !IsBelow(directory, shipped))
            throw new ModelPackageException($"The package {directory} is outside the models directory {registry}.");
        PackageVerification.Verify(directory, target);
        var model = LoadAndWarmUp(directory, heads);
        if (model.Version == target.Version)
            return model;
        model.Unload();
        throw new ModelPackageException($"The package {directory} declares the version {model.Version}, not {target.Version}.");
    }

    /// <summary>Returns a string that changes whenever the names, sizes or write times of a version's files change.</summary>
    public string FileSignature(ModelTarget target)
    {
        try
        {
            return string.Join('|', new DirectoryInfo(Path.GetFullPath(target.Directory, Path.GetFullPath(registry))).EnumerateFiles()
                .OrderBy(static file => file.Name, StringComparer.Ordinal)
                .Select(static file => $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.GetType().Name;
        }
    }

    /// <summary>Loads the model and warms it up: its first batches would be slow otherwise.</summary>
    private ServedModel LoadAndWarmUp(string directory, IReadOnlyCollection<string> heads)
    {
        var model = ServedModel.From(LoadCopies(directory));
        try
        {
            if (heads.Except(model.Heads).ToList() is { Count: > 0 } missing)
            {
                throw new ModelPackageException(
                    $"The package {directory} lacks the heads {string.Join(", ", missing)}, which the pipelines use; "
                    + $"it has {string.Join(", ", model.Heads)}.");
            }
            model.Probe();
            return model;
        }
        catch
        {
            model.Unload();
            throw;
        }
    }

    private List<TextClassifier> LoadCopies(string directory)
    {
        var copies = new List<TextClassifier>();
        try
        {
            foreach (var device in devices)
                copies.Add(TextClassifier.Load(directory, device));
            return copies;
        }
        catch
        {
            copies.ForEach(static copy => copy.Dispose());
            throw;
        }
    }

    private static bool IsBelow(string directory, string root) => directory.StartsWith(
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
