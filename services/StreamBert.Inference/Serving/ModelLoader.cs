using StreamBert.Model;
using StreamBert.Model.Packages;

namespace StreamBert.Inference.Serving;

/// <summary>Brings a model version from its directory to readiness, or says why it must not serve.</summary>
/// <param name="registry">The models directory that all services see.</param>
/// <param name="shipped">The directory of the packages that come with the program.</param>
/// <param name="devices">Where each model is loaded, once on every device.</param>
public sealed class ModelLoader(string registry, string shipped, IReadOnlyList<ComputeOptions> devices)
{
    /// <summary>Whether a package of this name comes with the program or lies in the directory of packages.</summary>
    public bool Ships(string model) => Directory.Exists(Path.Combine(shipped, model));

    /// <summary>The package that ships under this name, for when none was promoted.</summary>
    /// <exception cref="ModelPackageException">There is none, it is invalid, or it lacks a head.</exception>
    public ServedModel LoadShipped(string model, IReadOnlyCollection<string> heads)
    {
        var directory = Path.Combine(shipped, model);
        if (!Ships(model))
            throw new ModelPackageException($"No version of the model '{model}' was promoted, and none ships in {directory}. Promote one, or correct the pipeline's Model.");
        return Ready(directory, heads);
    }

    /// <exception cref="ModelPackageException">The package is elsewhere, changed, invalid, another version, or lacks a head.</exception>
    public ServedModel Load(ModelTarget target, IReadOnlyCollection<string> heads)
    {
        var directory = Path.GetFullPath(target.Directory, Path.GetFullPath(registry));
        if (!IsBelow(directory, registry) && !IsBelow(directory, shipped))
            throw new ModelPackageException($"The package {directory} lies outside the models directory {registry}.");
        Verify(directory, target);
        var model = Ready(directory, heads);
        if (model.Version == target.Version)
            return model;
        model.Unload();
        throw new ModelPackageException($"The package {directory} calls itself {model.Version}, not {target.Version}.");
    }

    /// <summary>Changes when the files of a version do: their names, sizes and times of writing.</summary>
    public string Stamp(ModelTarget target)
    {
        try
        {
            return string.Join('|', new DirectoryInfo(Path.GetFullPath(target.Directory, Path.GetFullPath(registry))).EnumerateFiles()
                .OrderBy(static file => file.Name, StringComparer
                    .Ordinal).Select(static file => $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.GetType().Name;
        }
    }

    /// <summary>Loads and warms the model: its first batches would be slow otherwise.</summary>
    private ServedModel Ready(string directory, IReadOnlyCollection<string> heads)
    {
        var model = ServedModel.From(LoadCopies(directory));
        try
        {
            if (heads.Except(model.Heads).ToList() is { Count: > 0 } missing)
                throw new ModelPackageException($"The package {directory} lacks the heads {string.Join(", ", missing)}, which the pipelines use; it has {string.Join(", ", model.Heads)}.");
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

    private static void Verify(string directory, ModelTarget target)
    {
        if (!Directory.Exists(directory))
            throw new ModelPackageException($"The package {directory} does not exist; is the models directory the one all services share?");
        ModelPackage.Verify(directory); // names the file that is damaged
        if (target.Checksums is { } list && ModelPackage.Checksums(directory) is var sums
            && !list.Equals(sums, StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelPackageException(
                $"The package {directory} is not the one that was promoted: its SHA256SUMS {(sums is null ? "is missing" : $"has the SHA-256 {sums}")}, not {list}. Restore it from a copy, or import it as another version.");
        }

        if (target.Sha256 is { } weights && ModelPackage.Sha256(directory) is var actual
            && !actual.Equals(weights, StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelPackageException(
                $"The weights of {directory} have the SHA-256 {actual}, not {weights} as promoted: they were changed or not copied whole.");
        }

        if (target.Fingerprint is { } fingerprint && ModelPackage.Fingerprint(directory) is var found
            && !found.Equals(fingerprint, StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelPackageException(
                $"The package {directory} has the fingerprint {found}, not {fingerprint} as promoted: its configuration, labels, temperatures or tokenizer were changed. Import it as another version.");
        }
    }

    private static bool IsBelow(string directory, string root) =>
        directory.StartsWith(
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) + Path.DirectorySeparatorChar,
            StringComparison.Ordinal);
}
