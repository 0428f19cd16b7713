using StreamBert.Contracts;
using StreamBert.Model.Adapters.Peft;
using StreamBert.Model.Checkpoints;
using StreamBert.Model.Datasets;
using StreamBert.Model.Heads;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.SafeTensors;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Files;

namespace StreamBert.Model.Packages;

/// <summary>
/// A model package: a directory in the Hugging Face layout, with <c>config.json</c>, tokenizer files, <c>model.safetensors</c>, and
/// StreamBert's manifest <c>streambert.json</c>. A plain checkpoint is a package without a manifest.
/// </summary>
public sealed class ModelPackage
{
    /// <summary>New weights have no measured precisions.</summary>
    private static readonly Dictionary<string, PrecisionReport> Unmeasured = [];

    private ModelPackage(MultiTaskNetwork network, TextTokenizer tokenizer, PackageManifest manifest) =>
        (Network, Tokenizer, Manifest) = (network, tokenizer, manifest);

    /// <summary>The names of the configuration and tokenizer files that a package may have beside its weights.</summary>
    public static IReadOnlyList<string> CompanionFiles => PackageFiles.Companions;

    internal MultiTaskNetwork Network { get; }
    internal TextTokenizer Tokenizer { get; }
    internal PackageManifest Manifest { get; }

    /// <summary>
    /// Computes the SHA-256 of the weights; of several files, that of the lines which <c>sha256sum</c> prints for them. An adapter and the
    /// base package that it names are parts of the weights.
    /// </summary>
    /// <param name="directory">The directory of the package.</param>
    /// <returns>The hash in lower-case hexadecimal.</returns>
    /// <exception cref="ModelPackageException">There are no weights, or they cannot be read.</exception>
    public static string HashWeights(string directory) =>
        PackageWeights.ComputeSha256(directory);

    /// <summary>
    /// Computes the fingerprint of the package, a SHA-256 over everything that affects its predictions: weights, configuration, tokenizer
    /// files, the distribution of the training texts, heads with their labels and temperatures.
    /// </summary>
    /// <param name="directory">The directory of the package.</param>
    /// <param name="head">Another name for the only head of a plain checkpoint; null to keep it.</param>
    /// <param name="withDistribution">Whether the distribution of the training texts is covered.</param>
    /// <returns>The hash in lower-case hexadecimal.</returns>
    /// <exception cref="ModelPackageException">The directory is not a package, or its head cannot be renamed.</exception>
    public static string ComputeFingerprint(string directory, string? head = null, bool withDistribution = true) =>
        PackageFingerprint.Compute(directory, ManifestReader.ReadRenamed(directory, head), withDistribution);

    /// <summary>Computes the SHA-256 of the checksum file (<c>SHA256SUMS</c>), which covers all files of the package.</summary>
    /// <param name="directory">The directory of the package.</param>
    /// <returns>The hash in lower-case hexadecimal; null if there is no checksum file.</returns>
    /// <exception cref="ModelPackageException">The file cannot be read.</exception>
    public static string? HashChecksumFile(string directory) => PackageChecksums.ComputeFileHash(directory);

    /// <summary>Verifies the checksums of all files of the package, without loading it.</summary>
    /// <param name="directory">The directory of the package.</param>
    /// <exception cref="ModelPackageException">A file is damaged; the message names it, both checksums and what to do.</exception>
    public static void Verify(string directory)
    {
        PackageChecksums.Verify(directory);
        if (ReadManifest(directory).Sha256 is not { } expected) return;
        var actual = HashWeights(directory);
        if (actual.Equals(expected, StringComparison.OrdinalIgnoreCase)) return;
        throw new ModelPackageException(
            $"{directory}: the SHA-256 of the weights is {actual}, not {expected} as in {PackageFiles.Manifest}: "
            + "they were changed, or copied incompletely.");
    }

    /// <summary>
    /// Returns the names of the files that hold the weights according to the directory's index, whether they exist or not.
    /// </summary>
    /// <param name="directory">The directory of the package.</param>
    /// <returns>The file names in order.</returns>
    /// <exception cref="ModelPackageException">There is neither a single file nor an index, or the index is invalid.</exception>
    public static IReadOnlyList<string> ListWeightFiles(string directory) => CheckpointTensors.ListWeightFiles(directory);

    /// <summary>Determines whether a directory contains a plain checkpoint, which has no <c>streambert.json</c>.</summary>
    /// <param name="directory">The directory of the package.</param>
    public static bool IsPlainCheckpoint(string directory) => ManifestReader.IsPlainCheckpoint(directory);

    /// <summary>Reads the manifest of a package, without loading weights.</summary>
    /// <param name="directory">The directory of the package.</param>
    /// <returns>The manifest; that of a plain checkpoint is derived from its configuration.</returns>
    /// <exception cref="ModelPackageException">The manifest or the configuration is missing or invalid.</exception>
    public static PackageManifest ReadManifest(string directory) => ManifestReader.Read(directory);

    /// <summary>Reads the name of the package that a package is an adapter of, which is beside it or installed.</summary>
    /// <param name="directory">The directory of the package.</param>
    /// <returns>The name; null if the package is no adapter.</returns>
    /// <exception cref="ModelPackageException">The manifest or the configuration is missing or invalid.</exception>
    public static string? ReadBaseName(string directory) => ReadManifest(directory).Base?.Name;

    /// <summary>Reads the reference profile of a package.</summary>
    /// <param name="directory">The directory of the package.</param>
    /// <returns>The profile; null if the package has none.</returns>
    /// <exception cref="ModelPackageException">The profile is invalid.</exception>
    public static ReferenceProfile? ReadProfile(string directory) => PackageProfile.Read(directory);

    /// <summary>
    /// Writes the reference profile of a package, and updates its checksums. The version of a package that serves must not change any more.
    /// </summary>
    /// <param name="directory">The directory of the package.</param>
    /// <param name="profile">The profile.</param>
    /// <exception cref="ModelPackageException">A file of the package is damaged or cannot be read.</exception>
    public static void WriteProfile(string directory, ReferenceProfile profile)
    {
        PackageChecksums.Verify(directory);
        PackageProfile.Write(directory, profile);
        PackageChecksums.Write(directory);
    }

    /// <summary>Reads the anchor of a package: labelled texts of the data that it was built on.</summary>
    /// <param name="directory">The directory of the package.</param>
    /// <returns>The texts; none if the package has no anchor.</returns>
    /// <exception cref="ModelPackageException">The anchor is invalid.</exception>
    public static IReadOnlyList<AnchorText> ReadAnchor(string directory) => PackageAnchor.Read(directory, ReadManifest(directory).Heads);

    /// <summary>
    /// Writes the anchor of a package, and updates its checksums. The version of a package that serves must not change any more.
    /// </summary>
    /// <param name="directory">The directory of the package.</param>
    /// <param name="texts">The texts; none to remove the anchor.</param>
    /// <exception cref="ModelPackageException">
    /// A text does not belong to a head of the package, or a file of the package is damaged or cannot be read.
    /// </exception>
    public static void WriteAnchor(string directory, IReadOnlyList<AnchorText> texts)
    {
        PackageChecksums.Verify(directory);
        PackageAnchor.Write(directory, texts, ReadManifest(directory).Heads);
        PackageChecksums.Write(directory);
    }

    /// <summary>
    /// States the languages that a package was trained on, and updates its checksums. The version of a package that serves must not change
    /// any more.
    /// </summary>
    /// <param name="directory">The directory of the package.</param>
    /// <param name="languages">The languages as BCP 47 tags; none if they are unknown.</param>
    /// <exception cref="ModelPackageException">A file of the package is damaged or cannot be read.</exception>
    public static void WriteLanguages(string directory, IReadOnlyList<string> languages) =>
        UpdateManifest(directory, manifest => manifest with { Languages = languages });

    /// <summary>
    /// Changes what the manifest of a package states of it, and updates its checksums. The version of a package that serves must not change
    /// any more.
    /// </summary>
    /// <exception cref="ModelPackageException">A file of the package is damaged or cannot be read.</exception>
    internal static void UpdateManifest(string directory, Func<PackageManifest, PackageManifest> change)
    {
        PackageChecksums.Verify(directory);
        WriteManifest(directory, change(ReadManifest(directory)));
    }

    /// <summary>Copies the files of a package, and no others in its directory, to a directory with another version.</summary>
    /// <param name="source">The directory of the package.</param>
    /// <param name="target">The directory to copy to.</param>
    /// <param name="version">The version of the copy.</param>
    /// <param name="head">Another name for the only head of a plain checkpoint; null to keep it.</param>
    /// <returns>The manifest of the copy.</returns>
    /// <exception cref="ModelPackageException">The source is not a package, or its head cannot be renamed.</exception>
    public static PackageManifest Copy(string source, string target, string version, string? head = null)
    {
        var manifest = ManifestReader.ReadRenamed(source, head) with { Version = version };
        Directory.CreateDirectory(target);
        foreach (var file in PackageFiles.ListCompanions(source))
            RegularFile.Copy(Path.Combine(source, file), Path.Combine(target, file));
        manifest = PackageWeights.Copy(source, target, manifest);
        PackageDistribution.Copy(source, target);
        PackageAnchor.Copy(source, target, manifest.Heads, head);
        if (ReadProfile(source) is { } profile) PackageProfile.Write(target, PackageProfile.Rename(profile, head));
        return WriteManifest(target, manifest);
    }

    /// <summary>Makes a package of a plain checkpoint: writes its manifest and checksums.</summary>
    internal static PackageManifest Complete(
        string directory, string version, EmbeddingManifest embedding, string? head, string? license)
    {
        File.Delete(Path.Combine(directory, PackageFiles.Manifest));
        var manifest = ManifestReader.ReadRenamed(directory, head);
        return WriteManifest(directory, manifest with { Version = version, Embedding = embedding, License = license });
    }

    /// <summary>Loads a package.</summary>
    /// <param name="heads">Heads to load instead of those of the manifest.</param>
    /// <exception cref="ModelPackageException">The directory is not a valid package.</exception>
    internal static ModelPackage Load(string directory, IReadOnlyList<HeadManifest>? heads = null)
    {
        if (!Directory.Exists(directory)) throw new ModelPackageException($"{directory}: there is no such directory.");
        PackageChecksums.Verify(directory);
        var config = ManifestReader.ReadConfig(directory);
        var manifest = ReadManifest(directory);
        heads = [.. (heads ?? manifest.Heads).Select(head => ZeroShotManifest.Complete(head, config, directory))];
        manifest = manifest with { Heads = heads };
        Validate(ManifestReader.ValidateNames(manifest, directory), config, directory);
        var tokenizer = TokenizerLoader.Load(directory, manifest.Lowercase, manifest.CollapseUrls);
        if (tokenizer.VocabularySize > config.VocabularySize)
        {
            throw new ModelPackageException(
                $"{directory}: the tokenizer has ids up to {tokenizer.VocabularySize - 1}, but vocab_size in {PackageFiles.Config} is "
                + $"{config.VocabularySize}.");
        }

        var parameters = PackageWeights.Load(directory, manifest, config);
        return new ModelPackage(new MultiTaskNetwork(config, manifest.Heads, parameters), tokenizer, manifest);
    }

    /// <summary>Writes a package with a vocabulary trained here.</summary>
    internal static void Save(string directory, MultiTaskNetwork network, IEnumerable<string> vocabulary, PackageManifest manifest)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllLines(Path.Combine(directory, PackageFiles.Vocabulary), vocabulary);
        PackageJson.Write(Path.Combine(directory, PackageFiles.Config), network.Config.ToJson());
        SaveWeights(directory, network, manifest);
    }

    /// <summary>Writes a package with new weights or heads, and the configuration and tokenizer of a base package.</summary>
    internal static void SaveDerived(string baseDirectory, string directory, MultiTaskNetwork network, PackageManifest manifest)
    {
        CopyCompanions(baseDirectory, directory);
        PackageAnchor.Derive(baseDirectory, directory, manifest.Heads);
        SaveWeights(directory, network, manifest);
    }

    /// <summary>
    /// Writes a package with an adapter and heads, and the configuration and tokenizer of a base package. It refers to the base package's
    /// weights if they will be found (see <see cref="BaseManifest.Name"/>), otherwise it has a copy of them.
    /// </summary>
    internal static void SaveAdapted(
        string baseDirectory, string directory, MultiTaskNetwork network, PackageManifest manifest, TrainedAdapter adapter)
    {
        CopyCompanions(baseDirectory, directory);
        var config = adapter.Config with { BaseModel = BasePackage.GetName(baseDirectory) };
        PackageWeights.SaveAdapter(directory, network, adapter with { Config = config });
        Complete(baseDirectory, directory, manifest);
    }

    /// <summary>
    /// Writes a package with an adapter that was trained further: its configuration, tokenizer and base package are those of the package
    /// that had it before.
    /// </summary>
    internal static void SaveContinued(
        string source, string directory, MultiTaskNetwork network, PackageManifest manifest, TrainedAdapter adapter)
    {
        CopyCompanions(source, directory);
        var reference = manifest.Base ?? throw new ArgumentException("The package has no base package.");
        PackageWeights.SaveAdapter(directory, network, adapter with { Config = adapter.Config with { BaseModel = reference.Name } });
        PackageAnchor.Derive(source, directory, manifest.Heads);
        var found = PackageWeights.ReferToBase(BasePackage.Find(source, reference), directory, reference);
        WriteManifest(directory, manifest with { Base = found, Precisions = Unmeasured });
    }

    /// <summary>Makes a package of an adapter: writes the manifest with its base package, and the checksums.</summary>
    internal static PackageManifest Complete(string baseDirectory, string directory, PackageManifest manifest)
    {
        var reference = PackageWeights.CreateReference(baseDirectory);
        PackageAnchor.Derive(baseDirectory, directory, manifest.Heads);
        return WriteManifest(
            directory,
            manifest with { Base = PackageWeights.ReferToBase(baseDirectory, directory, reference), Precisions = Unmeasured });
    }

    /// <summary>Copies the configuration and tokenizer files of a package.</summary>
    internal static void CopyCompanions(string baseDirectory, string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var file in PackageFiles.ListCompanions(baseDirectory))
            RegularFile.Copy(Path.Combine(baseDirectory, file), Path.Combine(directory, file), overwrite: true);
    }

    private static void Validate(PackageManifest manifest, EncoderConfig config, string directory)
    {
        if (manifest.Heads.GroupBy(static head => head.Name).FirstOrDefault(static group => group.Count() > 1) is { } duplicates)
            throw new ModelPackageException($"{directory}: two heads have the name '{duplicates.Key}'.");
        if (manifest.Embedding is { IsValid: false } embedding)
        {
            throw new ModelPackageException($"{directory}: the pooling of embeddings is '{embedding.Pooling}'; "
                + $"{EmbeddingManifest.ClsToken} and {EmbeddingManifest.Mean} are supported.");
        }

        if (manifest.MaxTokens > config.MaxTokens || manifest.MaxTokens < 3)
        {
            throw new ModelPackageException($"{directory}: maxTokens {manifest.MaxTokens} is out of range "
                + $"for the {config.MaxTokens} positions of {PackageFiles.Config}.");
        }
    }

    /// <summary>Writes the weights as float16, the manifest and the checksums.</summary>
    private static void SaveWeights(string directory, MultiTaskNetwork network, PackageManifest manifest)
    {
        PackageWeights.Save(directory, network);
        WriteManifest(directory, manifest with { Base = null, Precisions = Unmeasured });
    }

    /// <summary>Writes the manifest with the checksum of the weights, and the checksums of all files.</summary>
    internal static PackageManifest WriteManifest(string directory, PackageManifest manifest)
    {
        manifest = manifest with { Sha256 = PackageWeights.ComputeSha256(directory, manifest) };
        PackageJson.Write(Path.Combine(directory, PackageFiles.Manifest), manifest);
        PackageChecksums.Write(directory);
        return manifest;
    }
}
