using System.Text.Json.Nodes;
using StreamBert.Contracts;
using StreamBert.Model.Adapters.Peft;
using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.SafeTensors;

namespace StreamBert.Model.Packages;

/// <summary>
/// Writes a package as a directory in the Hugging Face layout that needs no base package: a low-rank adapter is merged into the weights,
/// and <c>config.json</c> names the labels. It stays a package, so that it can be imported again.
/// </summary>
public static class PackageExport
{
    private const string TokenizerConfigFile = "tokenizer_config.json", TokenizerFile = "tokenizer.json";

    /// <summary>Writes the package.</summary>
    /// <param name="source">The directory of the package.</param>
    /// <param name="target">The directory to write to, which is created; it must be empty if it exists.</param>
    /// <returns>
    /// Hugging Face's class of the checkpoint: that of a classifier, or that of the encoder alone if the package has several heads or one
    /// that Hugging Face's classes do not have.
    /// </returns>
    /// <exception cref="ModelPackageException">
    /// The source is not a valid package, has bottleneck adapters, or the target is not empty.
    /// </exception>
    public static string Write(string source, string target)
    {
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
            throw new ModelPackageException($"{target} is not empty; give a directory that does not exist.");
        var package = ModelPackage.Load(source);
        using var network = package.Network;
        if (network.Parameters.HasAdapters)
        {
            throw new ModelPackageException(
                $"{source} has bottleneck adapters, which are layers that Hugging Face's classes do not have: copy the package instead.");
        }
        var manifest = ManifestReader.Read(source);
        var architecture = GetArchitecture(network.Config, manifest.Heads);
        ModelPackage.CopyCompanions(source, target);
        WriteConfig(target, manifest, architecture);
        WriteTokenizerConfig(target, manifest);
        WriteWeights(source, target, network, IsClassifier(manifest.Heads));
        PackageDistribution.Copy(source, target);
        PackageAnchor.Copy(source, target, manifest.Heads, null);
        if (PackageProfile.Read(source) is { } profile) PackageProfile.Write(target, profile);
        ModelPackage.WriteManifest(target, manifest with { Base = null });
        return architecture;
    }

    /// <summary>Whether the package is what Hugging Face's classes for sequence or token classification are.</summary>
    private static bool IsClassifier(IReadOnlyList<HeadManifest> heads) =>
        heads is [{ Pooling: Pooling.Cls, Task: HeadTask.SingleLabel or HeadTask.MultiLabel or HeadTask.Regression }]
            or [{ Task: HeadTask.TokenClassification }];

    private static string GetArchitecture(EncoderConfig config, IReadOnlyList<HeadManifest> heads)
    {
        var prefix = config.ModelType switch
        {
            EncoderConfig.DistilBert => "DistilBert",
            EncoderConfig.Roberta => "Roberta",
            _ => "Bert",
        };
        return !IsClassifier(heads) ? $"{prefix}Model"
            : heads[0].Task == HeadTask.TokenClassification ? $"{prefix}ForTokenClassification" : $"{prefix}ForSequenceClassification";
    }

    /// <summary>Adds the class and the labels of the first head, unless the file names labels.</summary>
    private static void WriteConfig(string target, PackageManifest manifest, string architecture)
    {
        var path = Path.Combine(target, PackageFiles.Config);
        var config = PackageJson.Read<JsonObject>(path);
        config["architectures"] = new JsonArray(architecture);
        if (manifest.Heads is [var head, ..] && config["id2label"] is null)
        {
            config["id2label"] = new JsonObject(head.Labels.Index().Select(static label => Property($"{label.Index}", label.Item)));
            config["label2id"] = new JsonObject(head.Labels.Index().DistinctBy(static label => label.Item)
                .Select(static label => Property(label.Item, label.Index)));
            config["problem_type"] ??= head.Task switch
            {
                HeadTask.SingleLabel => "single_label_classification",
                HeadTask.MultiLabel => "multi_label_classification",
                HeadTask.Regression => "regression",
                _ => null,
            };
        }
        PackageJson.Write(path, config);
    }

    private static KeyValuePair<string, JsonNode?> Property(string name, JsonNode value) => new(name, value);

    /// <summary>Writes what the manifest says of the tokenizer, if no file of the Hugging Face layout does.</summary>
    private static void WriteTokenizerConfig(string target, PackageManifest manifest)
    {
        if (File.Exists(Path.Combine(target, TokenizerConfigFile)) || File.Exists(Path.Combine(target, TokenizerFile))) return;
        PackageJson.Write(Path.Combine(target, TokenizerConfigFile), new JsonObject
        {
            ["tokenizer_class"] = "BertTokenizer",
            ["do_lower_case"] = manifest.Lowercase,
            ["model_max_length"] = manifest.MaxTokens,
        });
    }

    /// <summary>Copies the weights as they are; those of an adapter are merged, in float32.</summary>
    private static void WriteWeights(string source, string target, MultiTaskNetwork network, bool isClassifier)
    {
        if (!AdapterFile.ExistsIn(source))
        {
            foreach (var file in CheckpointTensors.ListFiles(source))
                RegularFile.Copy(Path.Combine(source, file), Path.Combine(target, file));
            return;
        }
        var tensors = StateDictSerializer.ToCheckpoint(network.Parameters, network.Config).Select(
            tensor => (isClassifier && ParameterShapes.IsHead(tensor.Name)
                ? CheckpointTensorNames.ToPlainHead(tensor.Name, network.Config) : tensor.Name, tensor.Value));
        SafeTensorsWriter.Write(Path.Combine(target, CheckpointTensors.SingleFile), [.. tensors], isHalf: false);
    }
}
