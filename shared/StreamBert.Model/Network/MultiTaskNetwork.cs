using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Network;

/// <summary>An encoder with several heads, which share its hidden states.</summary>
internal sealed class MultiTaskNetwork(EncoderConfig config, IReadOnlyList<HeadManifest> heads, StateDict parameters) : IDisposable
{
    public BertEncoder Encoder { get; } = new(config, parameters);
    public EncoderConfig Config => config;
    public StateDict Parameters => parameters;
    public IReadOnlyList<HeadManifest> Heads => heads;

    /// <summary>
    /// Computes the logits of each head in packed order: [texts, labels], or [tokens, labels] for token classification.
    /// </summary>
    public Dictionary<string, Tensor> ComputeLogits(Tensor hidden, PackedBatch batch, double dropout = 0) =>
        heads.ToDictionary(static head => head.Name, head => ComputeLogits(hidden, batch, head, dropout), StringComparer.Ordinal);

    /// <summary>Computes the logits of a head.</summary>
    /// <inheritdoc cref="ComputeLogits(Tensor, PackedBatch, double)"/>
    public Tensor ComputeLogits(Tensor hidden, PackedBatch batch, HeadManifest head, double dropout)
    {
        var pooled = Pool(hidden, batch, head);
        if (dropout > 0) pooled = functional.dropout(pooled, dropout);
        return Encoder.ApplyLinear(pooled, $"heads.{head.Name}");
    }

    /// <summary>Computes what the linear layer of a head reads: [texts, hidden], or [tokens, hidden] for token classification.</summary>
    public Tensor Pool(Tensor hidden, PackedBatch batch, HeadManifest head) => head.Pooling switch
    {
        Pooling.Cls => Encoder.PoolCls(hidden, batch),
        Pooling.Attention => PoolByAttention(hidden, batch, $"heads.{head.Name}.query.weight"),
        _ => hidden,
    };

    /// <summary>Returns the mean of each text's hidden states, [texts, hidden].</summary>
    public static Tensor PoolMean(Tensor hidden, PackedBatch batch) => SumByText(hidden, batch) / batch.Lengths;

    public void Dispose() => parameters.Dispose();

    /// <summary>
    /// Returns a weighted mean of each text's hidden states. The weights are the softmax of hidden · query over the text's tokens, bounded
    /// by tanh so that exp cannot overflow.
    /// </summary>
    private Tensor PoolByAttention(Tensor hidden, PackedBatch batch, string query)
    {
        // Not a product with a single column, whose sums would depend on the number of tokens.
        var score = hidden.mul(parameters[query]).sum(1, keepdim: true);
        var weight = exp(tanh(score.div(ScalarConstants.Ten)).mul(ScalarConstants.Ten));
        return SumByText(hidden * weight, batch) / SumByText(weight, batch);
    }

    private static Tensor SumByText(Tensor perToken, PackedBatch batch) =>
        zeros([batch.TextCount, perToken.shape[1]], perToken.dtype, perToken.device).index_add(
            0, batch.TextIndices, perToken, ScalarConstants.One);
}
