using System.Security.Cryptography;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Model.Adapters.Peft;
using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.SafeTensors;

namespace StreamBert.Model.Packages;

/// <summary>
/// The weights of a package: those of its own checkpoint or of its base package, and those of its adapter, if it has one.
/// </summary>
internal static class PackageWeights
{
    /// <summary>An adapter may adapt a package that is an adapter itself, this often.</summary>
    private const int MaxDepth = 4;

    /// <summary>Returns the names of the package's own files, whether they exist or not.</summary>
    public static IReadOnlyList<string> ListFiles(string directory)
    {
        IEnumerable<string> checkpoint = CheckpointTensors.ExistIn(directory) ? CheckpointTensors.ListFiles(directory) : [];
        return [.. checkpoint, .. AdapterFile.ExistsIn(directory) ? AdapterFile.Files : []];
    }

    /// <summary>
    /// Returns the SHA-256 of the checkpoint; with an adapter, that of the lines which <c>sha256sum</c> prints for the checkpoint, or the
    /// base package by its name, and the adapter's files.
    /// </summary>
    /// <exception cref="ModelPackageException">There are no weights, or they cannot be read.</exception>
    public static string ComputeSha256(string directory) => ComputeSha256(
        directory, AdapterFile.ExistsIn(directory) && !ManifestReader.IsPlainCheckpoint(directory) ? ManifestReader.Read(directory) : null);

    /// <param name="manifest">The manifest to take the base package from; null if the package has none.</param>
    /// <inheritdoc cref="ComputeSha256(string)"/>
    public static string ComputeSha256(string directory, PackageManifest? manifest)
    {
        if (!AdapterFile.ExistsIn(directory)) return CheckpointTensors.ComputeSha256(directory);
        var first = manifest?.Base is { } reference
            ? $"{reference.Sha256}  {reference.Name}\n"
            : $"{CheckpointTensors.ComputeSha256(directory)}  {CheckpointTensors.SingleFile}\n";
        var rest = AdapterFile.Files.Select(name => $"{ComputeFileSha256(directory, name)}  {name}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(first + string.Concat(rest))));
    }

    /// <summary>Returns the number of parameters, those of the base package included.</summary>
    /// <exception cref="ModelPackageException">A file is missing or invalid, or the base package is not found.</exception>
    public static long CountParameters(string directory, PackageManifest manifest, EncoderConfig config)
    {
        using var adapter = AdapterFile.TryOpen(directory, config);
        var own = adapter?.ParameterCount ?? 0;
        if (manifest.Base is { } reference && BasePackage.Find(directory, reference) is var found)
            return own + CountParameters(found, ManifestReader.Read(found), config);
        using var tensors = CheckpointTensors.Open(directory);
        return own + tensors.ParameterCount;
    }

    /// <summary>Loads all parameters that the configuration and the heads of the manifest require.</summary>
    /// <exception cref="ModelPackageException">
    /// A tensor is missing or has another shape, or the base package is not found or not the one that the manifest states.
    /// </exception>
    public static StateDict Load(string directory, PackageManifest manifest, EncoderConfig config) =>
        Load(directory, manifest.Base, config, ParameterShapes.GetAll(config, manifest.Heads), 0);

    /// <summary>Writes the weights of a network as float16, and its bottleneck adapters, if it has any, beside them.</summary>
    /// <exception cref="InvalidOperationException">The network has low-rank adapters that are not merged.</exception>
    public static void Save(string directory, MultiTaskNetwork network)
    {
        foreach (var file in AdapterFile.Files) File.Delete(Path.Combine(directory, file));
        if (network.Parameters.HasAdapters) AdapterWriter.Write(directory, network, TrainedAdapter.OfBottlenecks(network));
        var tensors = StateDictSerializer.ToCheckpoint(network.Parameters, network.Config);
        SafeTensorsWriter.Write(Path.Combine(directory, CheckpointTensors.SingleFile), tensors, isHalf: true);
    }

    /// <summary>Writes the adapter and the heads of a network, and no other weights.</summary>
    public static void SaveAdapter(string directory, MultiTaskNetwork network, TrainedAdapter adapter)
    {
        File.Delete(Path.Combine(directory, CheckpointTensors.SingleFile));
        AdapterWriter.Write(directory, network, adapter);
    }

    /// <summary>
    /// Copies the weights. If the base package would not be found from the target, its checkpoint is copied too, so that the copy needs no
    /// base package.
    /// </summary>
    /// <returns>The manifest with the base package of the copy.</returns>
    /// <exception cref="ModelPackageException">A file cannot be copied.</exception>
    public static PackageManifest Copy(string source, string target, PackageManifest manifest)
    {
        foreach (var file in ListFiles(source)) RegularFile.Copy(Path.Combine(source, file), Path.Combine(target, file));
        return manifest.Base is not { } reference ? manifest
            : manifest with { Base = ReferToBase(BasePackage.Find(source, reference), target, reference) };
    }

    /// <summary>Copies the checkpoint of a base package to a package from which the base package would not be found.</summary>
    /// <returns>The reference to the base package; null if its checkpoint was copied.</returns>
    /// <exception cref="ModelPackageException">The base package is an adapter itself, or cannot be copied.</exception>
    public static BaseManifest? ReferToBase(string baseDirectory, string target, BaseManifest reference)
    {
        if (IsFound(target, reference)) return reference;
        RequireCopyable(baseDirectory, target);
        foreach (var file in CheckpointTensors.ListFiles(baseDirectory))
            RegularFile.Copy(Path.Combine(baseDirectory, file), Path.Combine(target, file));
        return null;
    }

    /// <summary>Checks that an adapter of a base package can be written.</summary>
    /// <param name="target">The directory of the adapter, which need not exist.</param>
    /// <exception cref="ModelPackageException">The base package is an adapter itself, and would not be found.</exception>
    public static void RequireAdaptable(string baseDirectory, string target)
    {
        if (!IsFound(target, CreateReference(baseDirectory))) RequireCopyable(baseDirectory, target);
    }

    /// <summary>Creates the reference of an adapter to its base package.</summary>
    /// <exception cref="ModelPackageException">The name of the directory is no plain name, or it has no weights.</exception>
    public static BaseManifest CreateReference(string baseDirectory) =>
        new() { Name = BasePackage.GetName(baseDirectory), Sha256 = ComputeSha256(baseDirectory) };

    private static void RequireCopyable(string baseDirectory, string target)
    {
        if (!AdapterFile.ExistsIn(baseDirectory)) return;
        throw new ModelPackageException(
            $"The base package {baseDirectory} is an adapter itself, and would not be found from {target}: put them side by side.");
    }

    private static bool IsFound(string directory, BaseManifest reference)
    {
        try
        {
            return BasePackage.Find(directory, reference).Length > 0;
        }
        catch (ModelPackageException)
        {
            return false;
        }
    }

    private static StateDict Load(
        string directory, BaseManifest? reference, EncoderConfig config, IEnumerable<(string Name, long[] Shape)> shapes, int depth)
    {
        using var adapter = AdapterFile.TryOpen(directory, config);
        if (adapter is null) return LoadBase(directory, reference, config, shapes, depth);
        var parameters = LoadBase(directory, reference, config, shapes.Where(shape => !adapter.Replaces(shape.Name)), depth);
        try
        {
            var heads = ManifestReader.Read(directory).Heads.Select(static head => head.Name);
            adapter.AddTo(parameters, shapes.Where(shape => adapter.Replaces(shape.Name)), heads);
            return parameters;
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }

    private static StateDict LoadBase(
        string directory, BaseManifest? reference, EncoderConfig config, IEnumerable<(string Name, long[] Shape)> shapes, int depth)
    {
        if (reference is null)
        {
            using var tensors = CheckpointTensors.Open(directory);
            return StateDictSerializer.Load(tensors, config, shapes);
        }
        if (depth >= MaxDepth) throw new ModelPackageException($"{directory}: more than {MaxDepth} adapters build on each other.");
        var found = BasePackage.Find(directory, reference);
        PackageChecksums.Verify(found);
        return Load(found, ManifestReader.Read(found).Base, config, shapes, depth + 1);
    }

    private static string ComputeFileSha256(string directory, string name) => FileHash.ComputeSha256(
        Path.Combine(directory, name), e => new ModelPackageException($"{directory}: {name} cannot be read: {e.Message}", e));
}
