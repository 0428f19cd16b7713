using StreamBert.Contracts;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model;

/// <summary>A head of a loaded model.</summary>
public sealed record HeadInfo(string Name, IReadOnlyList<string> Labels);

/// <summary>Every head's calibrated answer for one text, and its encoder output projected to 32 values.</summary>
public sealed record ClassifiedText(IReadOnlyDictionary<string, HeadPrediction> Heads, float[] Embedding);

/// <summary>A loaded model package. Encoding and classifying may be called from several threads at once.</summary>
public sealed class TextClassifier : IDisposable
{
    private const int EmbeddingSize = 32;
    private readonly TextNetwork network;
    private readonly ITextTokenizer tokenizer;
    private readonly PackageManifest manifest;
    private readonly Tensor projection;

    private TextClassifier(ModelPackage package)
    {
        (network, tokenizer, manifest) = (package.Network, package.Tokenizer, package.Manifest);
        Heads = manifest.Heads.Select(head => new HeadInfo(head.Name, head.Labels)).ToList();
        projection = Projection(package.Network.Config.HiddenSize).DetachFromDisposeScope();
    }

    public string Version => manifest.Version;
    public IReadOnlyList<HeadInfo> Heads { get; }

    /// <summary>Longest input in word pieces, special tokens included.</summary>
    public int MaxTokens => manifest.MaxTokens;

    /// <summary>Reports the package came with.</summary>
    public IReadOnlyList<ClassificationReport> Reports => manifest.Reports;

    /// <exception cref="ModelPackageException">The directory is no valid package; the message names file and tensor.</exception>
    public static TextClassifier Load(string directory) => new(ModelPackage.Load(directory));

    /// <summary>Tokenizes a text; what is too long is cut at the end and flagged.</summary>
    public EncodedText Encode(string text) => tokenizer.Encode(text, MaxTokens);

    /// <summary>One padding-free forward pass over all texts; the answers stand in the order of the texts.</summary>
    public ClassifiedText[] Classify(IReadOnlyList<EncodedText> texts)
    {
        if (texts.Count == 0) return [];
        TorchThreads.Use(1);
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create(texts.Select(text => text.Ids).ToList(), CPU);
        var hidden = network.Encoder.Forward(batch);
        var embeddings = TextNetwork.Mean(hidden, batch).matmul(projection).data<float>().ToArray();
        var scores = manifest.Heads.Select(head => Scores(hidden, batch, head)).ToList();
        var answers = new ClassifiedText[texts.Count];
        for (var packed = 0; packed < texts.Count; packed++)
            answers[batch.Order[packed]] = new ClassifiedText(
                manifest.Heads.Select((head, i) => (head.Name, Answer(head, scores[i], packed))).ToDictionary(pair => pair.Name, pair => pair.Item2),
                embeddings[(packed * EmbeddingSize)..((packed + 1) * EmbeddingSize)]);
        return answers;
    }

    public void Dispose()
    {
        network.Dispose();
        projection.Dispose();
    }

    private float[] Scores(Tensor hidden, PackedBatch batch, HeadManifest head)
    {
        var scores = network.HeadLogits(hidden, batch, head, dropout: 0).data<float>().ToArray();
        for (var row = 0; row < batch.Texts; row++) Softmax(scores.AsSpan(row * head.Labels.Count, head.Labels.Count), (float)head.Temperature);
        return scores;
    }

    private static void Softmax(Span<float> logits, float temperature)
    {
        var (highest, sum) = (float.NegativeInfinity, 0f);
        foreach (var logit in logits) highest = MathF.Max(highest, logit);
        foreach (ref var logit in logits) sum += logit = MathF.Exp((logit - highest) / temperature);
        foreach (ref var score in logits) score /= sum;
    }

    private static HeadPrediction Answer(HeadManifest head, float[] scores, int row)
    {
        var own = scores.AsSpan(row * head.Labels.Count, head.Labels.Count);
        var best = 0;
        var named = new Dictionary<string, double>(own.Length);
        for (var label = 0; label < own.Length; label++)
        {
            if (own[label] > own[best]) best = label;
            named.Add(head.Labels[label], Math.Round(own[label], 6));
        }

        return new HeadPrediction(head.Labels[best], Math.Round(own[best], 6), named);
    }

    /// <summary>A fixed Gaussian random projection (Johnson and Lindenstrauss 1984): the same for every version, so that windows compare.</summary>
    private static Tensor Projection(int hidden)
    {
        using var generator = new Generator(20, CPU);
        using Scalar scale = Math.Sqrt(EmbeddingSize);
        return randn([hidden, EmbeddingSize], generator: generator).div_(scale);
    }
}

/// <summary>A model package is invalid.</summary>
public sealed class ModelPackageException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A text with the right label of one head.</summary>
public sealed record LabelledText(string Text, string Head, string Label, float Weight = 1);
