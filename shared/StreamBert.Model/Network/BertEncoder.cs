using StreamBert.Model.Packages;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Network;

/// <summary>
/// The encoder of BERT (Devlin et al. 2018), RoBERTa and DistilBERT: post-layer-norm, Hugging Face's semantics. It runs without padding on
/// packed tokens,
/// [tokens, hidden]; only attention sees texts. Weights are plain tensors by Hugging Face's names, query, key and value fused.
/// </summary>
internal sealed class BertEncoder(EncoderConfig config, Weights weights)
{
    private const string Embeddings = "bert.embeddings.";

    /// <summary>
    /// From so many rows on, each row of a matrix product is the same whatever the others are (MKL takes other kernels below 4).
    /// </summary>
    private const long LeastRows = 16;

    /// <summary>Shape of the hidden states: [tokens, hidden].</summary>
    /// <param name="dropout">Share of values dropped in training; 0 serves.</param>
    public Tensor Forward(PackedBatch batch, double dropout = 0)
    {
        using var words = Words(batch.Ids);
        return Forward(batch, words, dropout);
    }

    /// <param name="words">What stands for the words of the batch's ids, [tokens, hidden].</param>
    /// <inheritdoc cref="Forward(PackedBatch, double)"/>
    public Tensor Forward(PackedBatch batch, Tensor words, double dropout = 0)
    {
        var x = Embed(batch, words, dropout);
        for (var layer = 0; layer < config.Layers; layer++) x = Layer(x, batch, $"bert.encoder.layer.{layer}.", dropout);
        return x.to(ScalarType.Float32);
    }

    /// <summary>The word embeddings of ids: [tokens] → [tokens, hidden].</summary>
    public Tensor Words(Tensor ids) => weights[Embeddings + "word_embeddings.weight"].index_select(0, ids);

    /// <summary>
    /// A dense layer on each text's first token: BERT's and RoBERTa's with tanh, DistilBERT's with ReLU. [texts, hidden].
    /// </summary>
    public Tensor PoolCls(Tensor hidden, PackedBatch batch)
    {
        var dense = Linear(hidden.index_select(0, batch.Firsts), "bert.pooler.dense");
        return config.ModelType == EncoderConfig.DistilBert ? functional.relu(dense) : tanh(dense);
    }

    /// <summary>
    /// A dense layer, [rows, inputs] → [rows, outputs]. Products of a handful of rows take other kernels, which add up in another order:
    /// they are
    /// filled up, so that a text's answer does not depend on what else is in its batch.
    /// </summary>
    public Tensor Linear(Tensor x, string name)
    {
        var missing = LeastRows - x.shape[0];
        if (missing <= 0) return Product(x, name);
        using var scope = NewDisposeScope();
        var filled = cat([x, zeros([missing, x.shape[1]], x.dtype, x.device)]);
        return Product(filled, name).slice(0, 0, x.shape[0], 1).MoveToOuterDisposeScope();
    }

    private Tensor Product(Tensor x, string name) =>
        weights.Serving(name)?.Forward(x) ?? functional.linear(x, weights.For(x, name + ".weight"), weights.For(x, name + ".bias"));

    public Tensor Normalize(Tensor x, string name) =>
        functional.layer_norm(
            x,
            [config.HiddenSize],
            weights.For(x, name + ".weight"),
            weights.For(x, name + ".bias"),
            config.LayerNormEpsilon);

    public Tensor Activate(Tensor x) => config.Activation switch
    {
        ActivationNames.Gelu => functional.gelu(x),
        ActivationNames.Relu => functional.relu(x),
        ActivationNames.Silu or ActivationNames.Swish => functional.silu(x),
        ActivationNames.Tanh => tanh(x),
        ActivationNames.QuickGelu => sigmoid(x.mul(Constants.QuickGelu)).mul(x),
        _ => TanhGelu(x),
    };

    /// <summary>½x(1 + tanh(√(2/π)(x + 0.044715x³))).</summary>
    private static Tensor TanhGelu(Tensor x)
    {
        var inner = x.pow(Constants.Three).mul(Constants.GeluCubic).add(x, Constants.One).mul(Constants.GeluRoot);
        return tanh(inner).add(Constants.One, Constants.One).mul(x).mul(Constants.Half);
    }

    private Tensor Embed(PackedBatch batch, Tensor words, double dropout)
    {
        using var scope = NewDisposeScope();
        var positions = weights[Embeddings + "position_embeddings.weight"].index_select(
            0,
            batch.Positions(config.FirstPosition, config.PaddingId));
        var x = words.add(positions, Constants.One);
        if (config.TokenTypes > 0) x = x.add(TokenTypes(weights[Embeddings + "token_type_embeddings.weight"], batch), Constants.One);
        return Drop(Normalize(x, Embeddings + "LayerNorm"), dropout).to(weights.ComputeType).MoveToOuterDisposeScope();
    }

    /// <summary>Row 0 for all tokens, or a row a token where the batch has pairs of texts.</summary>
    private static Tensor TokenTypes(Tensor table, PackedBatch batch)
        => batch.Types is null || table.shape[0] == 1 ? table.select(0, 0) : table.index_select(0, batch.Types);

    private Tensor Layer(Tensor x, PackedBatch batch, string prefix, double dropout)
    {
        using var scope = NewDisposeScope();
        var attended = Linear(Attend(Linear(x, prefix + "attention.self.qkv"), batch), prefix + "attention.output.dense");
        x = Normalize(Drop(attended, dropout).add_(x, Constants.One), prefix + "attention.output.LayerNorm");
        var wide = Activate(Linear(x, prefix + "intermediate.dense"));
        return Normalize(Drop(Linear(wide, prefix + "output.dense"), dropout).add_(x, Constants.One), prefix + "output.LayerNorm")
            .MoveToOuterDisposeScope();
    }

    /// <summary>Scaled dot-product attention per bucket: [tokens, 3 × hidden] → [tokens, hidden].</summary>
    private Tensor Attend(Tensor qkv, PackedBatch batch)
    {
        var parts = batch.Buckets.Select(bucket => AttendBucket(qkv.slice(0, bucket.FirstToken, bucket.EndToken, 1), bucket)).ToArray();
        return parts.Length == 1 ? parts[0] : cat(parts);
    }

    private Tensor AttendBucket(Tensor qkv, PackedBatch.Bucket bucket)
    {
        if (bucket.Gather is not null) qkv = qkv.index_select(0, bucket.Gather);
        var split = qkv.view(bucket.Texts, bucket.Width, 3, config.AttentionHeads, config.HeadSize).permute(2, 0, 3, 1, 4);
        var context = functional.scaled_dot_product_attention(split.select(0, 0), split.select(0, 1), split.select(0, 2), bucket.Mask);
        var packed = context.transpose(1, 2).reshape(bucket.Texts * bucket.Width, config.HiddenSize);
        return bucket.Scatter is null ? packed : packed.index_select(0, bucket.Scatter);
    }

    private static Tensor Drop(Tensor x, double share) => share > 0 ? functional.dropout(x, share) : x;
}
