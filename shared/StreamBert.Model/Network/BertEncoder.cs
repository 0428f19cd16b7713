using StreamBert.Model.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Network;

/// <summary>
/// The encoder of BERT (Devlin et al. 2018), RoBERTa and DistilBERT: post-layer-norm, as in Hugging Face's implementation. It processes
/// packed tokens, [tokens, hidden], without padding; only attention distinguishes texts. Its parameters are tensors by Hugging Face's
/// names, with query, key and value fused.
/// </summary>
internal sealed class BertEncoder(EncoderConfig config, StateDict parameters)
{
    private const string Embeddings = "bert.embeddings.";

    /// <summary>
    /// From this number of rows on, each row of a matrix product is independent of the number of rows (below 4, MKL uses other kernels).
    /// </summary>
    private const long MinRows = 16;

    /// <summary>The number of rows of a layer is a multiple of this number.</summary>
    private const long RowStep = 32;

    /// <summary>Returns the hidden states, [tokens, hidden].</summary>
    /// <param name="dropout">The dropout probability in training; 0 for inference.</param>
    public Tensor Forward(PackedBatch batch, double dropout = 0)
    {
        using var wordEmbeddings = EmbedWords(batch.Ids);
        return Forward(batch, wordEmbeddings, dropout);
    }

    /// <param name="wordEmbeddings">Replaces the word embeddings of the batch's ids, [tokens, hidden].</param>
    /// <inheritdoc cref="Forward(PackedBatch, double)"/>
    public Tensor Forward(PackedBatch batch, Tensor wordEmbeddings, double dropout = 0)
    {
        var x = Pad(Embed(batch, wordEmbeddings, dropout));
        for (var layer = 0; layer < config.Layers; layer++) x = ApplyLayer(x, batch, $"bert.encoder.layer.{layer}.", dropout);
        return x.slice(0, 0, batch.TokenCount, 1).to(ScalarType.Float32);
    }

    /// <summary>Returns the word embeddings of ids: [tokens] → [tokens, hidden].</summary>
    public Tensor EmbedWords(Tensor ids) => parameters[Embeddings + "word_embeddings.weight"].index_select(0, ids);

    /// <summary>
    /// Applies the pooler, a dense layer on each text's first token, to [tokens, hidden]: with tanh in BERT and RoBERTa, with ReLU in
    /// DistilBERT. Returns [texts, hidden].
    /// </summary>
    public Tensor PoolCls(Tensor hidden, PackedBatch batch)
    {
        var dense = ApplyLinear(hidden.index_select(0, batch.FirstTokens), "bert.pooler.dense");
        return config.ModelType == EncoderConfig.DistilBert ? functional.relu(dense) : tanh(dense);
    }

    /// <summary>
    /// Applies a linear layer: [rows, inputs] → [rows, outputs]. Products of a few rows use other kernels, which sum in another order:
    /// they are padded, so that the result for a text does not depend on the rest of its batch.
    /// </summary>
    /// <param name="isTraining">Whether the dropout of the layer's adapter, if it has one, is active.</param>
    public Tensor ApplyLinear(Tensor x, string name, bool isTraining = false)
    {
        var missing = MinRows - x.shape[0];
        if (missing <= 0) return Multiply(x, name, isTraining);
        using var scope = NewDisposeScope();
        var padded = cat([x, zeros([missing, x.shape[1]], x.dtype, x.device)]);
        return Multiply(padded, name, isTraining).slice(0, 0, x.shape[0], 1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Adds rows of zeros up to a multiple of <see cref="RowStep"/>: oneDNN compiles its kernels for each number of rows, so there must be
    /// few different ones.
    /// </summary>
    private static Tensor Pad(Tensor x)
    {
        var missing = (RowStep - x.shape[0] % RowStep) % RowStep;
        return missing == 0 ? x : cat([x, zeros([missing, x.shape[1]], x.dtype, x.device)]);
    }

    private Tensor Multiply(Tensor x, string name, bool isTraining)
    {
        var output = parameters.FindInferenceLinear(name)?.Forward(x)
            ?? LinearProduct.Compute(x, parameters.GetForInput(x, name + ".weight"), parameters.GetForInput(x, name + ".bias"));
        return parameters.FindAdapter(name)?.Apply(x, output, isTraining) ?? output;
    }

    private Tensor Normalize(Tensor x, string name) => functional.layer_norm(
        x, [config.HiddenSize], parameters.GetForInput(x, name + ".weight"), parameters.GetForInput(x, name + ".bias"),
            config.LayerNormEpsilon);

    private Tensor Activate(Tensor x) => config.Activation switch
    {
        ActivationNames.Gelu => functional.gelu(x),
        ActivationNames.Relu => functional.relu(x),
        ActivationNames.Silu or ActivationNames.Swish => functional.silu(x),
        ActivationNames.Tanh => tanh(x),
        ActivationNames.QuickGelu => sigmoid(x.mul(ScalarConstants.QuickGelu)).mul(x),
        _ => TanhGelu(x),
    };

    /// <summary>Computes ½x(1 + tanh(√(2/π)(x + 0.044715x³))).</summary>
    private static Tensor TanhGelu(Tensor x)
    {
        var inner = x.pow(ScalarConstants.Three).mul(ScalarConstants.GeluCubic).add(x, ScalarConstants.One).mul(ScalarConstants.GeluRoot);
        return tanh(inner).add(ScalarConstants.One, ScalarConstants.One).mul(x).mul(ScalarConstants.Half);
    }

    private Tensor Embed(PackedBatch batch, Tensor wordEmbeddings, double dropout)
    {
        using var scope = NewDisposeScope();
        var positionIds = batch.CreatePositionIds(config.FirstPosition, config.PaddingId);
        var positions = parameters[Embeddings + "position_embeddings.weight"].index_select(0, positionIds);
        var x = wordEmbeddings.add(positions, ScalarConstants.One);
        if (config.TokenTypes > 0)
            x = x.add(EmbedTokenTypes(parameters[Embeddings + "token_type_embeddings.weight"], batch), ScalarConstants.One);
        return Drop(Normalize(x, Embeddings + "LayerNorm"), dropout).to(parameters.ComputeType).MoveToOuterDisposeScope();
    }

    /// <summary>Returns row 0 for all tokens, or a row for each token if the batch has pairs of texts.</summary>
    private static Tensor EmbedTokenTypes(Tensor table, PackedBatch batch) =>
        batch.TokenTypeIds is null || table.shape[0] == 1 ? table.select(0, 0) : table.index_select(0, batch.TokenTypeIds);

    private Tensor ApplyLayer(Tensor x, PackedBatch batch, string prefix, double dropout)
    {
        using var scope = NewDisposeScope();
        var isTraining = dropout > 0;
        var context = Attend(ApplyLinear(x, prefix + "attention.self.qkv", isTraining), batch);
        var attention = ApplyLinear(context, prefix + "attention.output.dense", isTraining);
        x = Normalize(Drop(attention, dropout).add_(x, ScalarConstants.One), prefix + "attention.output.LayerNorm");
        var intermediate = Activate(ApplyLinear(x, prefix + "intermediate.dense", isTraining));
        var output = ApplyLinear(intermediate, prefix + "output.dense", isTraining);
        return Normalize(Drop(output, dropout).add_(x, ScalarConstants.One), prefix + "output.LayerNorm").MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Computes scaled dot-product attention per bucket: [tokens, 3 × hidden] → [tokens, hidden]; on a CPU always in float32, because
    /// libtorch's small 16-bit products spend more time on their preparation than on the computation.
    /// </summary>
    private Tensor Attend(Tensor qkv, PackedBatch batch)
    {
        var inputs = qkv.device.type == DeviceType.CPU ? qkv.to(ScalarType.Float32) : qkv;
        var outputs = batch.Buckets
            .Select(bucket => AttendBucket(inputs.slice(0, bucket.FirstToken, bucket.EndToken, 1), bucket)).ToArray();
        return Pad(outputs.Length == 1 ? outputs[0] : cat(outputs)).to(qkv.dtype);
    }

    private Tensor AttendBucket(Tensor qkv, LengthBucket bucket)
    {
        if (bucket.Gather is not null) qkv = qkv.index_select(0, bucket.Gather);
        var split = qkv.view(bucket.Texts, bucket.Width, 3, config.AttentionHeads, config.HeadSize).permute(2, 0, 3, 1, 4);
        var context = functional.scaled_dot_product_attention(
            split.select(0, 0), split.select(0, 1), split.select(0, 2), bucket.AttentionMask);
        var packed = context.transpose(1, 2).reshape(bucket.Texts * bucket.Width, config.HiddenSize);
        return bucket.Scatter is null ? packed : packed.index_select(0, bucket.Scatter);
    }

    private static Tensor Drop(Tensor x, double probability) => probability > 0 ? functional.dropout(x, probability) : x;
}
