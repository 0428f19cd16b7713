using StreamBert.Contracts;
using StreamBert.Model.Heads;
using StreamBert.Model.Network;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Files;

namespace StreamBert.Model.Packages;

/// <summary>
/// A directory in the Hugging Face layout: <c>config.json</c>, <c>vocab.txt</c>, <c>model.safetensors</c>, and StreamBert's
/// <c>streambert.json</c>.
/// </summary>
public sealed class ModelPackage
{
    /// <summary>The files beside the weights that a package may have: configuration and tokenizer.</summary>
    public static readonly IReadOnlyList<string> Companions =
        [ConfigFile, VocabularyFile, "vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"];

    private const string ConfigFile = "config.json", VocabularyFile = "vocab.txt", ManifestFile = "streambert.json";

    private ModelPackage(TextNetwork network, TextTokenizer tokenizer, PackageManifest manifest) =>
        (Network, Tokenizer, Manifest) = (network, tokenizer, manifest);

    internal TextNetwork Network { get; }
    internal TextTokenizer Tokenizer { get; }
    public PackageManifest Manifest { get; }

    /// <summary>
    /// SHA-256 of the package's weights, lower-case hexadecimal; of several files, that of the lines <c>sha256sum</c> prints for them.
    /// </summary>
    /// <exception cref="ModelPackageException">There are no weights, or they cannot be read.</exception>
    public static string Sha256(string directory) => TensorFiles.Sha256(directory);

    /// <summary>
    /// SHA-256 over everything that changes an answer: weights, configuration, tokenizer files, heads with their labels and temperatures.
    /// </summary>
    /// <param name="head">What the one head of a plain checkpoint is to be called; null: as the package has it.</param>
    /// <exception cref="ModelPackageException">The directory is no package, or has not just one head to name.</exception>
    public static string Fingerprint(string directory, string? head = null)
        => Packages.Fingerprint.Of(directory, ManifestWith(directory, head));

    /// <summary>SHA-256 of the package's list of checksums (<c>SHA256SUMS</c>), and so of all its files; null where it has none.</summary>
    /// <exception cref="ModelPackageException">The list cannot be read.</exception>
    public static string? Checksums(string directory) => PackageChecksums.Sha256(directory);

    /// <summary>Checks every file of the package against its checksum, without loading it.</summary>
    /// <exception cref="ModelPackageException">A file is damaged; the message names it, both checksums and what to do.</exception>
    public static void Verify(string directory)
    {
        PackageChecksums.Verify(directory);
        if (ReadManifest(directory).Sha256 is { } stated && Sha256(directory) is var actual
            && !actual.Equals(stated, StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelPackageException($"{directory}: the weights have the SHA-256 {actual}, not {stated} as {ManifestFile} says: they were changed or not copied whole.");
        }
    }

    /// <summary>The files that make the package, of those that are there, in order.</summary>
    internal static IReadOnlyList<string> FilesOf(string directory) =>
        [.. Companions.Append(ManifestFile).Where(file => File.Exists(Path.Combine(directory, file)))
            .Concat(TensorFiles.ExistIn(directory) ? TensorFiles.FilesIn(directory) : [])
            .Order(StringComparer.Ordinal)];

    /// <summary>The names of the files that hold the weights, as the directory's index says, whether they are there or not.</summary>
    /// <exception cref="ModelPackageException">There is neither one file nor an index, or the index is invalid.</exception>
    public static IReadOnlyList<string> WeightFiles(string directory) => TensorFiles.NamesIn(directory);

    /// <summary>Whether a directory holds a plain checkpoint: one without StreamBert's own description.</summary>
    public static bool IsPlain(string directory) => !File.Exists(Path.Combine(directory, ManifestFile));

    /// <summary>
    /// Copies a package's own files, and nothing else that lies beside them, to a directory where it has another version.
    /// </summary>
    /// <param name="head">What the one head of a plain checkpoint is called there; null: as before.</param>
    /// <returns>What the copy says of itself.</returns>
    /// <exception cref="ModelPackageException">The source is no package, or has not just one head to name.</exception>
    public static PackageManifest Copy(string source, string target, string version, string? head = null)
    {
        var manifest = ManifestWith(source, head) with { Version = version };
        Directory.CreateDirectory(target);
        foreach (var file in Companions.Where(file => File.Exists(Path.Combine(source, file))).Concat(TensorFiles.FilesIn(source)))
            RegularFile.Copy(Path.Combine(source, file), Path.Combine(target, file));
        manifest = manifest with { Sha256 = Sha256(target) };
        PackageJson.Write(Path.Combine(target, ManifestFile), manifest);
        PackageChecksums.Write(target);
        return manifest;
    }

    /// <summary>The manifest alone, without loading weights.</summary>
    /// <exception cref="ModelPackageException">It is missing or wrong.</exception>
    public static PackageManifest ReadManifest(string directory)
    {
        var path = Path.Combine(directory, ManifestFile);
        return Named(
            File.Exists(path) ? PackageJson.Read<PackageManifest>(path) : PlainManifest(directory, ReadConfig(directory)),
            directory);
    }

    /// <summary>The encoder's shape, with the class of the checkpoint from its tensors where <c>config.json</c> does not name it.</summary>
    /// <exception cref="ModelPackageException">The configuration is invalid, or the weights that must tell are.</exception>
    public static EncoderConfig ReadConfig(string directory)
    {
        var config = EncoderConfig.Read(Path.Combine(directory, ConfigFile));
        if (config.Architecture.Length > 0 || !TensorFiles.ExistIn(directory)) return config;
        using var tensors = TensorFiles.Open(directory);
        return config with { Architecture = PlainClassifier.Architecture(tensors, config) };
    }

    /// <param name="heads">What to load instead of the heads that the package names.</param>
    internal static ModelPackage Load(string directory, IReadOnlyList<HeadManifest>? heads = null)
    {
        if (!Directory.Exists(directory)) throw new ModelPackageException($"{directory}: there is no such directory.");
        PackageChecksums.Verify(directory);
        var config = ReadConfig(directory);
        var manifest = ReadManifest(directory);
        manifest = Named(
            manifest with { Heads = [.. (heads ?? manifest.Heads).Select(head => ZeroShotHead.Checked(head, config, directory))] },
            directory);
        if (manifest.Heads.GroupBy(static head => head.Name).FirstOrDefault(static same => same.Count() > 1) is { } twice)
            throw new ModelPackageException($"{directory}: two heads are named '{twice.Key}'.");
        if (manifest.MaxTokens > config.MaxTokens || manifest.MaxTokens < 3)
        {
            throw new ModelPackageException(
                $"{directory}: maxTokens {manifest.MaxTokens} does not fit the {config.MaxTokens} positions of {ConfigFile}.");
        }

        var tokenizer = TokenizerLoader.Load(directory, manifest.Lowercase, manifest.CollapseUrls);
        if (tokenizer.VocabularySize > config.VocabularySize)
            throw new ModelPackageException($"{directory}: the tokenizer gives ids up to {tokenizer.VocabularySize - 1}, but vocab_size of {ConfigFile} is {config.VocabularySize}.");
        using var file = TensorFiles.Open(directory);
        return new ModelPackage(new TextNetwork(config, manifest.Heads, Weights.Read(file, config, manifest.Heads)), tokenizer, manifest);
    }

    /// <summary>Writes a package of our own making; the weights as float16.</summary>
    internal static void Save(string directory, TextNetwork network, IEnumerable<string> vocabulary, PackageManifest manifest)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllLines(Path.Combine(directory, VocabularyFile), vocabulary);
        PackageJson.Write(Path.Combine(directory, ConfigFile), network.Config.ToJson());
        SaveWeights(directory, network, manifest);
    }

    /// <summary>Writes a package with other weights or heads beside the base package's own configuration and tokenizer.</summary>
    internal static void SaveLike(string baseDirectory, string directory, TextNetwork network, PackageManifest manifest)
    {
        Directory.CreateDirectory(directory);
        foreach (var file in Companions.Where(file => File.Exists(Path.Combine(baseDirectory, file))))
            RegularFile.Copy(Path.Combine(baseDirectory, file), Path.Combine(directory, file), overwrite: true);
        SaveWeights(directory, network, manifest);
    }

    private static void SaveWeights(string directory, TextNetwork network, PackageManifest manifest)
    {
        SafeTensorsWriter.Write(Path.Combine(directory, TensorFiles.SingleFile), network.Weights.ToFile(network.Config), half: true);
        PackageJson.Write(Path.Combine(directory, ManifestFile), manifest with { Sha256 = Sha256(directory) });
        PackageChecksums.Write(directory);
    }

    private static PackageManifest ManifestWith(string source, string? head)
    {
        var manifest = ReadManifest(source);
        return head is null ? manifest : manifest with { Heads = [NamedHead(source, manifest.Heads, head)] };
    }

    private static HeadManifest NamedHead(
        string source,
        IReadOnlyList<HeadManifest> heads,
        string name) => IsPlain(source) && heads is [var only]
        ? only with { Name = name }
        : throw new ModelPackageException($"{source}: only the head of a plain checkpoint can be named; this package has {string.Join(", ", heads.Select(static head => head.Name))}.");

    /// <summary>Names are shown wherever the model is, on terminals too.</summary>
    /// <exception cref="ModelPackageException">A name holds control characters or others that hide.</exception>
    private static PackageManifest Named(PackageManifest manifest, string directory)
    {
        var names = manifest.Heads.SelectMany(static head => head.Labels
            .Select(label => (Name: label, Of: $"a label of the head '{head.Name}'"))
            .Prepend((head.Name, "a head's name")));
        foreach (var (name, of) in names.Append((manifest.Version, "the version")))
        {
            if (name is not null && !VisibleText.IsPlain(name))
                throw new ModelPackageException($"{directory}: {of} is '{VisibleText.EscapeLine(name)}'; control characters, line breaks and characters that cannot be seen are not taken in names.");
        }

        return manifest;
    }

    /// <summary>What a plain checkpoint says of itself: its one head, if it has one.</summary>
    private static PackageManifest PlainManifest(string directory, EncoderConfig config)
    {
        return new PackageManifest
        {
            Version = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))),
            Heads = PlainHeads(directory, config),
            MaxTokens = Math.Min(config.MaxTokens, TokenizerLoader.ReadMaxLength(directory) ?? int.MaxValue),
            Lowercase = TokenizerConfig.Read(directory).Lowercase ?? true,
        };
    }

    private static IReadOnlyList<HeadManifest> PlainHeads(string directory, EncoderConfig config)
    {
        if (!config.ClassifiesTokens && !config.ClassifiesTexts) return [];
        var labels = config.Labels ?? UnnamedLabels(directory);
        return config.ClassifiesTokens
            ? [new() { Name = "entities", Labels = labels, Task = HeadTask.Tokens, Pooling = Pooling.None }]
            : [new() { Name = "label", Labels = labels, Task = PlainTask(config, labels), Pooling = Pooling.Cls }];
    }

    /// <summary>The names that Hugging Face gives to labels without one, as many as the classifier has rows.</summary>
    private static string[] UnnamedLabels(string directory)
    {
        if (!TensorFiles.ExistIn(directory)) return ["LABEL_0", "LABEL_1"];
        using var tensors = TensorFiles.Open(directory);
        return [.. Enumerable.Range(0, PlainClassifier.Labels(tensors) ?? 2).Select(static i => $"LABEL_{i}")];
    }

    private static string PlainTask(EncoderConfig config, IReadOnlyList<string> labels) => config.ProblemType switch
    {
        "multi_label_classification" => HeadTask.MultiLabel,
        "regression" => HeadTask.Regression,
        null when labels.Count == 1 => HeadTask.Regression,
        _ => HeadTask.SingleLabel,
    };
}
