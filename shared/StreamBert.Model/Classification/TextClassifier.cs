using StreamBert.Contracts;
using StreamBert.Model.Explaining;
using StreamBert.Model.Heads;
using StreamBert.Model.Languages;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.OutOfDistribution;
using StreamBert.Model.Packages;
using StreamBert.Model.Precisions;
using StreamBert.Model.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Classification;

/// <summary>A model package loaded for inference. Its methods are thread-safe.</summary>
public sealed class TextClassifier : IDisposable
{
    /// <summary>The default number of gradients for an explanation.</summary>
    public const int DefaultExplanationSteps = Explainer.DefaultSteps;

    /// <summary>The maximum number of gradients for an explanation.</summary>
    public const int MaxExplanationSteps = Explainer.MaxSteps;

    private const int EmbeddingSize = 32, FeatureBatchSize = 64;
    private readonly MultiTaskNetwork _network;
    private readonly TextTokenizer _tokenizer;
    private readonly Device _device;
    private readonly Tensor _projection;
    private readonly FeatureDistribution? _distribution;
    private readonly LanguageCheck? _languages;
    private readonly bool _hasTokenHead;
    private readonly Dictionary<string, ZeroShotHead> _zeroShotHeads;

    private TextClassifier(ModelPackage package, FeatureDistribution? distribution, ComputeOptions compute, PrecisionChoice precision)
    {
        Precision = precision.ToString();
        (_network, _tokenizer, Manifest, _device) = (package.Network, package.Tokenizer, package.Manifest, compute.TorchDevice);
        Heads = Manifest.Heads.Select(static head => new HeadInfo(head.Name, head.Labels, head.Task)).ToList();
        _hasTokenHead = Manifest.Heads.Any(static head => head.Task == HeadTask.TokenClassification);
        _zeroShotHeads = Manifest.Heads.Where(static head => HeadTask.IsZeroShot(head.Task)).ToDictionary(
            static head => head.Name, head =>
                new ZeroShotHead(head, _network.Config, _tokenizer, Manifest.MaxTokens), StringComparer.Ordinal);
        MaxTokens = Manifest.MaxTokens - _zeroShotHeads.Values.Select(static head => head.ReservedTokens).DefaultIfEmpty().Max();
        _projection = CreateProjection(_network.Config.HiddenSize).to(_device).DetachFromDisposeScope();
        _distribution = distribution?.MoveTo(_device);
        _languages = LanguageCheck.Create(Manifest.Languages);
    }

    /// <summary>The version of the model.</summary>
    public string Version => Manifest.Version;

    /// <summary>The precision in which the model computes and, if it was chosen automatically, the reason.</summary>
    public string Precision { get; }

    /// <summary>The heads of the model.</summary>
    public IReadOnlyList<HeadInfo> Heads { get; }

    /// <summary>The longest text in tokens, special tokens included; a zero-shot head also needs tokens for its hypotheses.</summary>
    public int MaxTokens { get; }

    /// <summary>The evaluation reports in the package.</summary>
    public IReadOnlyList<ClassificationReport> Reports => Manifest.Reports;

    internal PackageManifest Manifest { get; }

    /// <summary>Loads a model package.</summary>
    /// <param name="directory">The directory of the package.</param>
    /// <param name="compute">The device and precision; null: float32 on the CPU.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ModelPackageException">
    /// The directory is not a valid package (the message names file and tensor), or the device or precision is not available.
    /// </exception>
    public static TextClassifier Load(string directory, ComputeOptions? compute = null) => Load(directory, null, compute);

    /// <summary>Loads a checkpoint for natural-language inference to classify texts by any labels, without training.</summary>
    /// <param name="directory">The directory of the package.</param>
    /// <param name="labels">The labels.</param>
    /// <param name="template">The hypothesis template, in which a label replaces <c>{}</c>; null: "This example is {}."</param>
    /// <param name="multiLabel">Whether several labels may apply to one text.</param>
    /// <param name="compute">The device and precision; null: float32 on the CPU.</param>
    /// <returns>The model, with one head named <c>label</c>.</returns>
    /// <exception cref="ModelPackageException">
    /// The directory is not a valid package, the checkpoint does not predict entailment, or the device or precision is not available.
    /// </exception>
    public static TextClassifier LoadZeroShot(
        string directory, IReadOnlyList<string> labels, string? template = null, bool multiLabel = false, ComputeOptions? compute = null)
    {
        var task = multiLabel ? HeadTask.ZeroShotMultiLabel : HeadTask.ZeroShot;
        return Load(directory, [new() { Name = "label", Labels = labels, Task = task, Template = template }], compute);
    }

    /// <summary>Tokenizes a text. A text of more than <see cref="MaxTokens"/> tokens is cut at its end.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The tokens.</returns>
    public EncodedText Encode(string text)
    {
        var encoded = _tokenizer.Encode(text, MaxTokens);
        return _hasTokenHead ? encoded with { Text = text } : encoded;
    }

    /// <summary>Finds the language of a text, if the model was not trained on it.</summary>
    /// <param name="text">The text.</param>
    /// <returns>
    /// The ISO 639 code of the likely language; null for a language of the model, where the language is not determined, and for a model
    /// that does not state its languages.
    /// </returns>
    public string? FindForeignLanguage(string text) => _languages?.FindForeign(text);

    /// <inheritdoc cref="TextTokenizer.Tokenize"/>
    public IReadOnlyList<TextToken> Tokenize(string text, bool withSpecialTokens) => _tokenizer.Tokenize(text, withSpecialTokens);

    /// <summary>Classifies texts in one padding-free forward pass.</summary>
    /// <param name="texts">The encoded texts.</param>
    /// <returns>The outputs in the order of the texts; each is independent of the other texts.</returns>
    public ClassifiedText[] Classify(IReadOnlyList<EncodedText> texts)
    {
        if (texts.Count == 0) return [];
        TorchThreads.Use(1);
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create(texts.Select(static text => text.Ids).ToList(), _device);
        var hidden = _network.Encoder.Forward(batch);
        var features = MultiTaskNetwork.PoolMean(hidden, batch);
        var embeddings = features.matmul(_projection).ToFloats();
        var distances = _distribution?.Score(features);
        EncodedText[] packedTexts = [.. batch.OriginalIndices.Select(i => texts[i])];
        var logits = Manifest.Heads.Select(head => ComputeLogits(head, hidden, batch, packedTexts)).ToList();
        var outputs = new ClassifiedText[texts.Count];
        var firstToken = 0;
        foreach (var (index, text) in packedTexts.Index())
        {
            var heads = Manifest.Heads.Select((head, i) => new HeadOutput(
                head, HeadOutput.Slice(head, logits[i], index, firstToken, text.Length), distances?.GetValueOrDefault(head.Name)?[index]));
            outputs[batch.OriginalIndices[index]] =
                HeadOutput.Combine(text, [.. heads], embeddings[(index * EmbeddingSize)..((index + 1) * EmbeddingSize)]);
            firstToken += text.Length;
        }

        return outputs;
    }

    /// <summary>Computes the mean hidden state of each text.</summary>
    internal float[][] ComputeFeatures(IReadOnlyList<string> texts)
    {
        var features = new float[texts.Count][];
        foreach (var chunk in texts.Index().Select(text => (text.Index, Encode(text.Item).Ids)).OrderBy(static text => text.Ids.Length)
            .Chunk(FeatureBatchSize))
        {
            using var noGradient = inference_mode();
            using var scope = NewDisposeScope();
            using var batch = PackedBatch.Create([.. chunk.Select(static text => text.Ids)], _device);
            var rows = MultiTaskNetwork.PoolMean(_network.Encoder.Forward(batch), batch).to(ScalarType.Float32).ToFloats();
            foreach (var (packed, row) in rows.Chunk(_network.Config.HiddenSize).Index())
                features[chunk[batch.OriginalIndices[packed]].Index] = row;
        }

        return features;
    }

    /// <summary>
    /// Explains a prediction: the attribution of each word to a label, by integrated gradients of the label's logit (Sundararajan, Taly
    /// and Yan 2017). Takes about 50 forward and backward passes.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="head">The name of the head.</param>
    /// <param name="label">The label; null: the predicted one.</param>
    /// <param name="steps">The minimum number of gradients; twice as many are used while the completeness gap is 5 % or more.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <returns>The explanation.</returns>
    /// <exception cref="ExplanationException">
    /// The head or label does not exist, or the head labels tokens.
    /// </exception>
    public Explanation Explain(
        string text, string head, string? label = null, int steps = DefaultExplanationSteps, CancellationToken cancellation = default)
    {
        var manifest = Manifest.Heads.FirstOrDefault(other => other.Name == head) ?? throw new ExplanationException(
            $"The model {Version} has no head '{head}'; it has {string.Join(", ", Heads.Select(static other => other.Name))}.");
        var explainer = new Explainer(_network, manifest, _zeroShotHeads.GetValueOrDefault(head), _tokenizer.SpecialTokens, _device);
        var encoded = Encode(text);
        label ??= Classify([encoded])[0].Heads[head].Label;
        return explainer.Explain(text, encoded, label, steps, cancellation) with { ModelVersion = Version };
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        _network.Dispose();
        _projection.Dispose();
        _distribution?.Dispose();
    }

    private static TextClassifier Load(string directory, IReadOnlyList<HeadManifest>? heads, ComputeOptions? compute)
    {
        compute = (compute ?? ComputeOptions.Default).Validate();
        var package = ModelPackage.Load(directory, heads);
        try
        {
            if (package.Manifest.Heads.Count == 0)
            {
                throw new ModelPackageException(
                    $"{directory}: {DescribeMissingHead(package.Network.Config.Architecture)}; fine-tune it first.");
            }

            var precision = PrecisionChoice.Create(compute, package.Manifest);
            package.Network.Parameters.PrepareForInference(compute with { Dtype = precision.Dtype });
            var distribution = PackageDistribution.Read(directory, package.Manifest, package.Network.Config);
            return new TextClassifier(package, distribution, compute, precision);
        }
        catch
        {
            package.Network.Dispose();
            throw;
        }
    }

    private static string DescribeMissingHead(string architecture) => "the model has no head to classify with: " + (architecture.Length > 0
        ? $"architectures of config.json says {architecture}, neither …ForSequenceClassification nor …ForTokenClassification"
        : "config.json does not state architectures, and the weights have no classifier (classifier.weight)");

    private float[] ComputeLogits(HeadManifest head, Tensor hidden, PackedBatch batch, EncodedText[] packedTexts) =>
        _zeroShotHeads.TryGetValue(head.Name, out var zeroShot)
            ? zeroShot.ComputeLogits(_network, packedTexts, _device)
            : _network.ComputeLogits(hidden, batch, head, dropout: 0).ToFloats();

    /// <summary>
    /// Creates a Gaussian random projection (Johnson and Lindenstrauss 1984): the same for every version, so that their embeddings are
    /// comparable.
    /// </summary>
    private static Tensor CreateProjection(int hidden)
    {
        using var generator = new Generator(20, CPU);
        using var scale = Math.Sqrt(EmbeddingSize).ToScalar();
        return randn([hidden, EmbeddingSize], generator: generator).div_(scale);
    }
}
