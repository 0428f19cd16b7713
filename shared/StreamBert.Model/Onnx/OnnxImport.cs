using StreamBert.Contracts;
using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Model.SafeTensors;

namespace StreamBert.Model.Onnx;

/// <summary>
/// Converts an ONNX export of a BERT encoder, also one with a classifier, to a model package. Only stored tensors and the structure of the
/// graph are read; nothing is executed.
/// </summary>
public static class OnnxImport
{
    private const long MaxCompanionBytes = 64 * 1024 * 1024;

    /// <summary>Writes the package.</summary>
    /// <param name="source">The ONNX model.</param>
    /// <param name="directory">The directory to write to; existing files are replaced.</param>
    /// <returns>The manifest of the package.</returns>
    /// <exception cref="ModelPackageException">
    /// The file is no export of a BERT encoder that can be read, or another file is missing or invalid; the message names the file, the
    /// tensor and what to do.
    /// </exception>
    public static PackageManifest Write(OnnxSource source, string directory)
    {
        var stated = source.Companions.TryGetValue(PackageFiles.Config, out var path) ? EncoderConfigReader.Read(path) : null;
        var (config, tensors) = Convert(source, stated);
        Directory.CreateDirectory(directory);
        foreach (var (name, file) in source.Companions)
            CopyCompanion(file, Path.Combine(directory, name));
        if (stated is null)
            PackageJson.Write(Path.Combine(directory, PackageFiles.Config), config.ToJson());
        SafeTensorsWriter.Write(Path.Combine(directory, CheckpointTensors.SingleFile), tensors);
        return ModelPackage.Complete(directory, source.Version, source.Embedding, source.Head, source.License);
    }

    private static (EncoderConfig Config, IReadOnlyList<StoredTensor> Tensors) Convert(OnnxSource source, EncoderConfig? stated)
    {
        try
        {
            var graph = OnnxReader.Parse(source.Content);
            var weights = new OnnxWeights(graph);
            var config = new OnnxConfigReader(graph, weights).Read(stated);
            return (config, new OnnxWeightList(weights, config).Read());
        }
        catch (InvalidDataException e)
        {
            throw new ModelPackageException($"{source.Name} {e.Message}.", e);
        }
    }

    /// <summary>Copies a text file with line feeds, which Windows editors may have replaced.</summary>
    private static void CopyCompanion(string file, string target)
    {
        try
        {
            File.WriteAllText(target, RegularFile.Text(file, MaxCompanionBytes).ReplaceLineEndings("\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackageException($"{file} cannot be read: {e.Message}", e);
        }
    }
}
