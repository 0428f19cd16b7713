using System.Security.Cryptography;
using StreamBert.Model.Network;
using StreamBert.Model.Tokenization;

namespace StreamBert.Model.Packages;

/// <summary>A directory in the Hugging Face layout: <c>config.json</c>, <c>vocab.txt</c>, <c>model.safetensors</c>, and StreamBert's <c>streambert.json</c>.</summary>
public sealed class ModelPackage
{
    private const string ConfigFile = "config.json", VocabularyFile = "vocab.txt", WeightsFile = "model.safetensors", ManifestFile = "streambert.json";

    private ModelPackage(TextNetwork network, ITextTokenizer tokenizer, PackageManifest manifest) =>
        (Network, Tokenizer, Manifest) = (network, tokenizer, manifest);

    internal TextNetwork Network { get; }
    internal ITextTokenizer Tokenizer { get; }
    public PackageManifest Manifest { get; }

    /// <summary>SHA-256 of the package's weights, lower-case hexadecimal.</summary>
    public static string Sha256(string directory)
    {
        using var stream = File.OpenRead(Path.Combine(directory, WeightsFile));
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>The manifest alone, without loading weights.</summary>
    /// <exception cref="ModelPackageException">It is missing or wrong.</exception>
    public static PackageManifest ReadManifest(string directory)
    {
        var path = Path.Combine(directory, ManifestFile);
        return File.Exists(path) ? PackageJson.Read<PackageManifest>(path) : PlainManifest(directory, BertConfig.Read(Path.Combine(directory, ConfigFile)));
    }

    internal static ModelPackage Load(string directory)
    {
        if (!Directory.Exists(directory)) throw new ModelPackageException($"{directory}: there is no such directory.");
        var config = BertConfig.Read(Path.Combine(directory, ConfigFile));
        var manifest = ReadManifest(directory);
        if (manifest.MaxTokens > config.MaxPositions || manifest.MaxTokens < 3)
            throw new ModelPackageException($"{directory}: maxTokens {manifest.MaxTokens} does not fit the {config.MaxPositions} positions of {ConfigFile}.");
        var tokenizer = Tokenizers.Load(directory, manifest.Lowercase, manifest.CollapseUrls);
        using var file = SafeTensorsFile.Open(Path.Combine(directory, WeightsFile));
        return new ModelPackage(new TextNetwork(config, manifest.Heads, Weights.Read(file, config, manifest.Heads)), tokenizer, manifest);
    }

    /// <summary>Writes a complete package into a directory; the weights as float16.</summary>
    internal static void Save(string directory, TextNetwork network, IEnumerable<string> vocabulary, PackageManifest manifest)
    {
        Directory.CreateDirectory(directory);
        SafeTensorsWriter.Write(Path.Combine(directory, WeightsFile), network.Weights.ToFile(), half: true);
        File.WriteAllLines(Path.Combine(directory, VocabularyFile), vocabulary);
        PackageJson.Write(Path.Combine(directory, ConfigFile), network.Config);
        PackageJson.Write(Path.Combine(directory, ManifestFile), manifest with { Sha256 = Sha256(directory) });
    }

    internal static IReadOnlyList<string> ReadVocabulary(string directory) => File.ReadAllLines(Path.Combine(directory, VocabularyFile));

    private static PackageManifest PlainManifest(string directory, BertConfig config)
    {
        var labels = config.Labels() ?? ["LABEL_0", "LABEL_1"];
        var lowercase = !File.Exists(Path.Combine(directory, "tokenizer_config.json"))
            || PackageJson.Read<TokenizerConfig>(Path.Combine(directory, "tokenizer_config.json")).Lowercase;
        return new PackageManifest
        {
            Version = Path.GetFileName(Path.TrimEndingDirectorySeparator(directory)),
            Heads = [new HeadManifest { Name = "label", Labels = labels, Pooling = Pooling.Cls }],
            MaxTokens = config.MaxPositions,
            Lowercase = lowercase,
        };
    }

    private sealed record TokenizerConfig([property: System.Text.Json.Serialization.JsonPropertyName("do_lower_case")] bool Lowercase = true);
}
