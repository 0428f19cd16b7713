using StreamBert.Model.Packages;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Network;

/// <summary>The whole network: one encoder pass, then every head on its pooled vector.</summary>
internal sealed class TextNetwork(EncoderConfig config, IReadOnlyList<HeadManifest> heads, Weights weights) : IDisposable
{
    public BertEncoder Encoder { get; } = new(config, weights);
    public EncoderConfig Config => config;
    public Weights Weights => weights;
    public IReadOnlyList<HeadManifest> Heads => heads;

    /// <summary>Logits of each head, in packed order: [texts, labels], or [tokens, labels] of a head that reads every token.</summary>
    public Dictionary<string, Tensor> Logits(Tensor hidden, PackedBatch batch, double dropout = 0) =>
        heads.ToDictionary(static head => head.Name, head => HeadLogits(hidden, batch, head, dropout), StringComparer.Ordinal);

    public Tensor HeadLogits(Tensor hidden, PackedBatch batch, HeadManifest head, double dropout)
    {
        var pooled = head.Pooling switch
        {
            Pooling.Cls => Encoder.PoolCls(hidden, batch),
            Pooling.Attention => PoolByAttention(hidden, batch, $"heads.{head.Name}.query.weight"),
            _ => hidden,
        };
        if (dropout > 0) pooled = functional.dropout(pooled, dropout);
        return Encoder.Linear(pooled, $"heads.{head.Name}");
    }

    /// <summary>Mean of each text's hidden states, [texts, hidden].</summary>
    public static Tensor Mean(Tensor hidden, PackedBatch batch) => SumByText(hidden, batch) / batch.Lengths;

    public void Dispose() => weights.Dispose();

    /// <summary>
    /// softmax over each text's tokens of hidden · query, as weights of a mean. Bounded by tanh so that exp cannot overflow.
    /// </summary>
    private Tensor PoolByAttention(Tensor hidden, PackedBatch batch, string query)
    {
        // Not as a product with a single column, whose sums depend on the number of tokens.
        var score = hidden.mul(weights[query]).sum(1, keepdim: true);
        var weight = exp(tanh(score.div(Constants.Ten)).mul(Constants.Ten));
        return SumByText(hidden * weight, batch) / SumByText(weight, batch);
    }

    private static Tensor SumByText(Tensor perToken, PackedBatch batch) =>
        zeros([batch.Texts, perToken.shape[1]], perToken.dtype, perToken.device).index_add(0, batch.Owners, perToken, Constants.One);
}
