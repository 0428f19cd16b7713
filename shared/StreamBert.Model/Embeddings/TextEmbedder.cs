using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Precisions;
using StreamBert.Model.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Embeddings;

/// <summary>
/// A model package loaded to embed texts, also one without heads. The package states the pooling; without a statement, embeddings are
/// normalized means of all tokens. Its methods are thread-safe.
/// </summary>
public sealed class TextEmbedder : IDisposable
{
    private readonly MultiTaskNetwork _network;
    private readonly TextTokenizer _tokenizer;
    private readonly PackageManifest _manifest;
    private readonly EmbeddingManifest _embedding;
    private readonly Device _device;

    private TextEmbedder(ModelPackage package, ComputeOptions compute)
    {
        (_network, _tokenizer, _manifest, _device) = (package.Network, package.Tokenizer, package.Manifest, compute.TorchDevice);
        _embedding = _manifest.Embedding ?? new();
    }

    /// <summary>The number of values of an embedding.</summary>
    public int Size => _network.Config.HiddenSize;

    /// <summary>Loads a model package.</summary>
    /// <param name="directory">The directory of the package.</param>
    /// <param name="compute">The device and precision; null: float32 on the CPU.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ModelPackageException">
    /// The directory is not a valid package, or the device or precision is not available.
    /// </exception>
    public static TextEmbedder Load(string directory, ComputeOptions? compute = null)
    {
        compute = (compute ?? ComputeOptions.Default).Validate();
        var package = ModelPackage.Load(directory);
        package.Network.Parameters.PrepareForInference(compute with { Dtype = PrecisionChoice.Create(compute, package.Manifest).Dtype });
        return new(package, compute);
    }

    /// <summary>Tokenizes a text. A text of more tokens than the model reads is cut at its end.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The tokens.</returns>
    public EncodedText Encode(string text) => _tokenizer.Encode(text, _manifest.MaxTokens);

    /// <summary>Embeds texts in one padding-free forward pass.</summary>
    /// <param name="texts">The encoded texts.</param>
    /// <returns>The embeddings in the order of the texts; each is independent of the other texts.</returns>
    public float[][] Embed(IReadOnlyList<EncodedText> texts)
    {
        if (texts.Count == 0) return [];
        TorchThreads.Use(1);
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create([.. texts.Select(static text => text.Ids)], _device);
        var packed = Pool(_network.Encoder.Forward(batch), batch).ToFloats();
        var embeddings = new float[texts.Count][];
        foreach (var (index, original) in batch.OriginalIndices.Index())
            embeddings[original] = packed[(index * Size)..((index + 1) * Size)];
        return embeddings;
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose() => _network.Dispose();

    private Tensor Pool(Tensor hidden, PackedBatch batch)
    {
        var pooled = _embedding.Pooling == EmbeddingManifest.ClsToken
            ? hidden.index_select(0, batch.FirstTokens)
            : MultiTaskNetwork.PoolMean(hidden, batch);
        return _embedding.Normalized ? nn.functional.normalize(pooled, dim: 1) : pooled;
    }
}
