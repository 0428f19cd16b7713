namespace StreamBert.Model.Manifests;

/// <summary>How a head reduces the hidden states of a text's tokens to one vector.</summary>
public static class Pooling
{
    /// <summary>The pooler of the architecture: a dense layer and its activation on the first token.</summary>
    public const string Cls = "cls";

    /// <summary>
    /// A weighted mean over all tokens. The weights are the softmax of each token's product with a query vector that the head learns.
    /// </summary>
    public const string Attention = "attention";

    /// <summary>No pooling: the head classifies every token.</summary>
    public const string None = "none";
}
