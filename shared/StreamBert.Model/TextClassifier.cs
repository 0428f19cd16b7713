using StreamBert.Contracts;
using StreamBert.Model.Explaining;
using StreamBert.Model.Heads;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model;

/// <summary>A head of a loaded model.</summary>
/// <param name="Task">One of <see cref="HeadTask"/>.</param>
public sealed record HeadInfo(string Name, IReadOnlyList<string> Labels, string Task = HeadTask.SingleLabel);

/// <summary>Every head's calibrated answer for one text, and its encoder output projected to 32 values.</summary>
public sealed record ClassifiedText(IReadOnlyDictionary<string, HeadPrediction> Heads, float[] Embedding)
{
    /// <summary>Each head's raw outputs, row by row: one row, or one a token of a head that reads every token.</summary>
    public IReadOnlyDictionary<string, float[]> Logits { get; init; } = new Dictionary<string, float[]>();

    /// <summary>What the heads that name entities found, in the order of the text; null where the model has no such head.</summary>
    public IReadOnlyList<Entity>? Entities { get; init; }
}

/// <summary>A loaded model package. Encoding and classifying may be called from several threads at once.</summary>
public sealed class TextClassifier : IDisposable
{
    /// <summary>Gradients that an explanation takes at least by default, and at most.</summary>
    public const int ExplanationSteps = 50, MaxExplanationSteps = 400;

    private const int EmbeddingSize = 32;
    private readonly TextNetwork _network;
    private readonly TextTokenizer _tokenizer;
    private readonly PackageManifest _manifest;
    private readonly Device _device;
    private readonly Tensor _projection;
    private readonly bool _namesEntities;
    private readonly Dictionary<string, ZeroShotHead> _zeroShot;

    private TextClassifier(ModelPackage package, ComputeOptions compute)
    {
        (_network, _tokenizer, _manifest, _device) = (package.Network, package.Tokenizer, package.Manifest, compute.TorchDevice);
        Heads = _manifest.Heads.Select(static head => new HeadInfo(head.Name, head.Labels, head.Task)).ToList();
        _namesEntities = _manifest.Heads.Any(static head => head.Task == HeadTask.Tokens);
        _zeroShot = _manifest.Heads.Where(static head => HeadTask.IsZeroShot(head.Task))
            .ToDictionary(
                static head => head.Name,
                head => new ZeroShotHead(head, _network.Config, _tokenizer, _manifest.MaxTokens),
                StringComparer.Ordinal);
        MaxTokens = _manifest.MaxTokens - _zeroShot.Values.Select(static head => head.Reserved).DefaultIfEmpty().Max();
        _projection = Projection(_network.Config.HiddenSize).to(_device).DetachFromDisposeScope();
    }

    public string Version => _manifest.Version;
    internal PackageManifest Manifest => _manifest;
    public IReadOnlyList<HeadInfo> Heads { get; }

    /// <summary>Longest text in word pieces, special tokens included; a zero-shot head needs room for its sentences besides.</summary>
    public int MaxTokens { get; }

    /// <summary>Reports the package came with.</summary>
    public IReadOnlyList<ClassificationReport> Reports => _manifest.Reports;

    /// <exception cref="ModelPackageException">The directory is no valid package; the message names file and tensor. Or it cannot compute
    /// as asked.</exception>
    public static TextClassifier Load(string directory, ComputeOptions? compute = null) => Load(directory, null, compute);

    /// <summary>Loads a checkpoint trained on natural-language inference to sort texts into any labels, without training.</summary>
    /// <param name="template">The sentence a label makes in place of <c>{}</c>; null: "This example is {}."</param>
    /// <param name="multiLabel">Whether several labels may apply to one text.</param>
    /// <exception cref="ModelPackageException">As of <see cref="Load(string, ComputeOptions?)"/>, or it cannot judge
    /// entailment.</exception>
    public static TextClassifier LoadZeroShot(
        string directory,
        IReadOnlyList<string> labels,
        string? template = null,
        bool multiLabel = false,
        ComputeOptions? compute = null) =>
        Load(directory, [new() {
            Name = "label",
            Labels = labels,
            Task = multiLabel ? HeadTask.ZeroShotMultiLabel : HeadTask.ZeroShot,
            Template = template }], compute);

    private static TextClassifier Load(string directory, IReadOnlyList<HeadManifest>? heads, ComputeOptions? compute)
    {
        compute = (compute ?? ComputeOptions.Default).Checked();
        var package = ModelPackage.Load(directory, heads);
        try
        {
            if (package.Manifest.Heads.Count == 0)
            {
                throw new ModelPackageException(
                $"{directory}: {Headless(package.Network.Config.Architecture)}; fine-tune it first.");
            }

            package.Network.Weights.Serve(compute);
            return new TextClassifier(package, compute);
        }
        catch
        {
            package.Network.Dispose();
            throw;
        }
    }

    private static string Headless(string architecture) => architecture.Length > 0
        ? $"the model has no head to classify with: architectures of config.json says {architecture}, neither …ForSequenceClassification nor …ForTokenClassification"
        : "the model has no head to classify with: config.json does not say architectures, and the weights hold no classifier (classifier.weight)";

    /// <summary>Tokenizes a text; what is too long is cut at the end and flagged.</summary>
    public EncodedText Encode(string text)
    {
        var encoded = _tokenizer.Encode(text, MaxTokens);
        return _namesEntities ? encoded with { Text = text } : encoded;
    }

    /// <summary>The tokens of a whole text, as the model reads it; none is cut off.</summary>
    /// <param name="withSpecialTokens">With those that frame a text.</param>
    public IReadOnlyList<TextToken> Tokenize(string text, bool withSpecialTokens) => _tokenizer.Tokenize(text, withSpecialTokens);

    /// <summary>One padding-free forward pass over all texts; the answers stand in the order of the texts.</summary>
    public ClassifiedText[] Classify(IReadOnlyList<EncodedText> texts)
    {
        if (texts.Count == 0) return [];
        TorchThreads.Use(1);
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create(texts.Select(static text => text.Ids).ToList(), _device);
        var hidden = _network.Encoder.Forward(batch);
        var embeddings = Values(TextNetwork.Mean(hidden, batch).matmul(_projection));
        var packedTexts = batch.Order.Select(i => texts[i]).ToList();
        var logits = _manifest.Heads.Select(head => _zeroShot.TryGetValue(head.Name, out var asked)
            ? asked.Scores(_network, packedTexts, _device)
            : Values(_network.HeadLogits(hidden, batch, head, dropout: 0))).ToList();
        var answers = new ClassifiedText[texts.Count];
        for (int packed = 0, token = 0; packed < texts.Count; token += texts[batch.Order[packed++]].Length)
        {
            var rows = _manifest.Heads.Select(
                (head, i) => (Head: head, Logits: Rows(head, logits[i], packed, token, texts[batch.Order[packed]].Length))).ToList();
            answers[batch.Order[packed]] = Answer(
                texts[batch.Order[packed]],
                rows,
                embeddings[(packed * EmbeddingSize)..((packed + 1) * EmbeddingSize)]);
        }

        return answers;
    }

    /// <summary>
    /// How much each word speaks for or against a label of a head, by integrated gradients of the label's logit. Costs about 50 passes
    /// forward and back.
    /// </summary>
    /// <param name="label">Null: the one the head predicts.</param>
    /// <param name="steps">Gradients taken at least; more are taken while the completeness gap is 5 % or more.</param>
    /// <exception cref="ExplanationException">There is no such head or label, the head reads every token, or the weights are
    /// int8.</exception>
    public Explanation Explain(
        string text,
        string head,
        string? label = null,
        int steps = ExplanationSteps,
        CancellationToken cancellation = default)
    {
        var asked = _manifest.Heads.FirstOrDefault(one => one.Name == head)
            ?? throw new ExplanationException(
                $"The model {Version} has no head '{head}'; it has {string.Join(", ", Heads.Select(static one => one.Name))}.");
        var explainer = new Explainer(_network, asked, _zeroShot.GetValueOrDefault(head), _tokenizer.SpecialTokens, _device);
        var encoded = Encode(text);
        return explainer.Explain(
            text,
            encoded,
            label ?? Classify([encoded])[0].Heads[head].Label,
            steps,
            cancellation) with
        { ModelVersion = Version };
    }

    public void Dispose()
    {
        _network.Dispose();
        _projection.Dispose();
    }

    private static float[] Values(Tensor x) => x.cpu().contiguous().data<float>().ToArray();

    /// <summary>The part of a head's logits that belongs to one text.</summary>
    private static float[] Rows(HeadManifest head, float[] logits, int text, int firstToken, int tokens)
    {
        var (first, rows) = head.Task == HeadTask.Tokens ? (firstToken, tokens) : (text, 1);
        return logits[(first * head.Labels.Count)..((first + rows) * head.Labels.Count)];
    }

    private static ClassifiedText Answer(EncodedText text, List<(HeadManifest Head, float[] Logits)> rows, float[] embedding) =>
        new(rows.Where(static row => row.Head.Task != HeadTask.Tokens)
            .ToDictionary(static row => row.Head.Name, static row => HeadAnswer.Of(row.Head, row.Logits)), embedding)
        {
            Logits = rows.ToDictionary(static row => row.Head.Name, static row => row.Logits),
            Entities = EntityDecoder.Decode(text, rows),
        };

    /// <summary>
    /// A fixed Gaussian random projection (Johnson and Lindenstrauss 1984): the same for every version, so that windows compare.
    /// </summary>
    private static Tensor Projection(int hidden)
    {
        using var generator = new Generator(20, CPU);
        using var scale = Math.Sqrt(EmbeddingSize).ToScalar();
        return randn([hidden, EmbeddingSize], generator: generator).div_(scale);
    }
}

/// <summary>A model package is invalid.</summary>
public sealed class ModelPackageException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A text with the right label of one head.</summary>
public sealed record LabelledText(string Text, string Head, string Label, float Weight = 1);
