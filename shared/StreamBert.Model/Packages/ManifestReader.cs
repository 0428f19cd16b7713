using StreamBert.Contracts;
using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using StreamBert.Model.SafeTensors;
using StreamBert.Model.Tokenization.Files;

namespace StreamBert.Model.Packages;

/// <summary>
/// Reads the manifest of a package, or derives that of a plain checkpoint, which has no <c>streambert.json</c>, from its other files.
/// </summary>
internal static class ManifestReader
{
    /// <summary>Determines whether a directory contains a plain checkpoint.</summary>
    public static bool IsPlainCheckpoint(string directory) => !File.Exists(Path.Combine(directory, PackageFiles.Manifest));

    /// <exception cref="ModelPackageException">The manifest or the configuration is missing or invalid.</exception>
    public static PackageManifest Read(string directory)
    {
        var path = Path.Combine(directory, PackageFiles.Manifest);
        var manifest = File.Exists(path) ? PackageJson.Read<PackageManifest>(path) : CreateForCheckpoint(directory, ReadConfig(directory));
        return ValidateNames(manifest, directory);
    }

    /// <summary>Reads the manifest with another name for the only head of a plain checkpoint.</summary>
    /// <param name="head">The name; null to keep it.</param>
    /// <exception cref="ModelPackageException">The directory is not a package, or not a plain checkpoint with exactly one head.</exception>
    public static PackageManifest ReadRenamed(string directory, string? head)
    {
        var manifest = Read(directory);
        if (head is null) return manifest;
        return IsPlainCheckpoint(directory) && manifest.Heads is [var only] ? manifest with { Heads = [only with { Name = head }] }
            : throw new ModelPackageException($"{directory}: only the head of a plain checkpoint can be renamed; this package has "
                + $"{string.Join(", ", manifest.Heads.Select(static other => other.Name))}.");
    }

    /// <summary>
    /// Reads the configuration of the encoder; the class of the checkpoint is inferred from its tensors if <c>config.json</c> does not
    /// state it.
    /// </summary>
    /// <exception cref="ModelPackageException">The configuration is invalid, or the weights needed to infer the class are.</exception>
    public static EncoderConfig ReadConfig(string directory)
    {
        var config = EncoderConfigReader.Read(Path.Combine(directory, PackageFiles.Config));
        if (config.Architecture.Length > 0 || !CheckpointTensors.ExistIn(directory)) return config;
        using var tensors = CheckpointTensors.Open(directory);
        return config with { Architecture = ClassifierDetector.DetectArchitecture(tensors, config) };
    }

    /// <summary>Validates all names, which are displayed together with the model, also on terminals.</summary>
    /// <exception cref="ModelPackageException">A name contains control or invisible characters.</exception>
    public static PackageManifest ValidateNames(PackageManifest manifest, string directory)
    {
        foreach (var (name, owner) in ListNames(manifest))
        {
            if (name is null || VisibleText.IsPlain(name)) continue;
            throw new ModelPackageException($"{directory}: {owner} is '{VisibleText.EscapeLine(name)}'; "
                + "names must not contain control characters, line breaks or invisible characters.");
        }

        return manifest;
    }

    private static IEnumerable<(string? Name, string Owner)> ListNames(PackageManifest manifest)
    {
        yield return (manifest.Version, "the version");
        yield return (manifest.License, "the licence");
        foreach (var language in manifest.Languages) yield return (language, "a language");
        yield return (manifest.Embedding?.Pooling, "the pooling of embeddings");
        foreach (var head in manifest.Heads)
        {
            yield return (head.Name, "the name of a head");
            foreach (var label in head.Labels) yield return (label, $"a label of the head '{head.Name}'");
        }
    }

    private static PackageManifest CreateForCheckpoint(string directory, EncoderConfig config) => new()
    {
        Version = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))),
        Heads = CreateHeads(directory, config),
        MaxTokens = Math.Min(config.MaxTokens, TokenizerLoader.ReadMaxLength(directory) ?? int.MaxValue),
        Lowercase = TokenizerConfig.Read(directory).Lowercase ?? true,
    };

    private static IReadOnlyList<HeadManifest> CreateHeads(string directory, EncoderConfig config)
    {
        if (!config.IsTokenClassification && !config.IsSequenceClassification) return [];
        var labels = config.Labels ?? CreateDefaultLabels(directory);
        return config.IsTokenClassification
            ? [new() { Name = "entities", Labels = labels, Task = HeadTask.TokenClassification, Pooling = Pooling.None }]
            : [new() { Name = "label", Labels = labels, Task = GetTask(config, labels), Pooling = Pooling.Cls }];
    }

    /// <summary>Returns Hugging Face's names for labels without names, as many as the classifier has rows.</summary>
    private static string[] CreateDefaultLabels(string directory)
    {
        const int defaultCount = 2;
        if (!CheckpointTensors.ExistIn(directory)) return LabelReader.CreateDefaultNames(defaultCount);
        using var tensors = CheckpointTensors.Open(directory);
        return LabelReader.CreateDefaultNames(ClassifierDetector.CountLabels(tensors) ?? defaultCount);
    }

    private static string GetTask(EncoderConfig config, IReadOnlyList<string> labels) => config.ProblemType switch
    {
        "multi_label_classification" => HeadTask.MultiLabel,
        "regression" => HeadTask.Regression,
        null when labels.Count == 1 => HeadTask.Regression,
        _ => HeadTask.SingleLabel,
    };
}
