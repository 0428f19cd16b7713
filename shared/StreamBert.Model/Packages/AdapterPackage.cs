using StreamBert.Contracts;
using StreamBert.Model.Adapters.Peft;
using StreamBert.Model.Manifests;

namespace StreamBert.Model.Packages;

/// <summary>Makes a package of an adapter in PEFT's layout and its base package.</summary>
public static class AdapterPackage
{
    /// <summary>Writes the package, and loads it once to validate it.</summary>
    /// <param name="baseDirectory">The package or plain checkpoint that the adapter was trained on.</param>
    /// <param name="adapterDirectory">The directory with <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</param>
    /// <param name="directory">The directory to write to; existing files are replaced.</param>
    /// <param name="version">The version of the package.</param>
    /// <param name="labels">
    /// The label names of the classifier that the adapter holds, in the order of its rows; null if the base package has a head of these
    /// labels.
    /// </param>
    /// <param name="head">The name of the head of these labels; null for <c>label</c>, or <c>entities</c> of a token classifier.</param>
    /// <returns>The manifest of the package.</returns>
    /// <exception cref="ModelPackageException">
    /// The adapter is of a kind that is not supported, or does not fit the base package; the message names the file and the tensor.
    /// </exception>
    public static PackageManifest Create(
        string baseDirectory, string adapterDirectory, string directory, string version, IReadOnlyList<string>? labels = null,
        string? head = null)
    {
        if (!AdapterFile.ExistsIn(adapterDirectory))
            throw new ModelPackageException($"{adapterDirectory}: there is no {AdapterFile.Files[0]}.");
        var parent = ManifestReader.Read(baseDirectory);
        IReadOnlyList<HeadManifest> heads = labels is null ? parent.Heads : [CreateHead(adapterDirectory, labels, head)];
        ModelPackage.CopyCompanions(baseDirectory, directory);
        foreach (var file in AdapterFile.Files)
            CopyFile(Path.Combine(adapterDirectory, file), Path.Combine(directory, file));
        var manifest = ModelPackage.Complete(
            baseDirectory, directory, parent with { Version = version, Parent = parent.Version, Heads = heads, Reports = [] });
        ModelPackage.Load(directory).Network.Dispose();
        return manifest;
    }

    private static HeadManifest CreateHead(string adapterDirectory, IReadOnlyList<string> labels, string? name) =>
        AdapterConfigReader.Read(Path.Combine(adapterDirectory, AdapterConfig.FileName)).TaskType == "TOKEN_CLS"
            ? new() { Name = name ?? "entities", Labels = labels, Task = HeadTask.TokenClassification, Pooling = Pooling.None }
            : new() { Name = name ?? "label", Labels = labels, Pooling = Pooling.Cls };

    private static void CopyFile(string source, string target)
    {
        try
        {
            RegularFile.Copy(source, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackageException($"{source} cannot be read: {e.Message}", e);
        }
    }
}
