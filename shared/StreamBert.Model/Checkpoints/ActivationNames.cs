namespace StreamBert.Model.Checkpoints;

/// <summary>The activations of the feed-forward layers, as Hugging Face names them.</summary>
internal static class ActivationNames
{
    public const string Gelu = "gelu", Relu = "relu", Silu = "silu", Swish = "swish", Tanh = "tanh", QuickGelu = "quick_gelu";

    /// <summary>The names of the tanh approximation of GELU (Hendrycks and Gimpel 2016).</summary>
    public static readonly IReadOnlyList<string> TanhGelu = ["gelu_new", "gelu_pytorch_tanh", "gelu_fast"];

    public static readonly IReadOnlyList<string> All = [Gelu, .. TanhGelu, QuickGelu, Relu, Silu, Swish, Tanh];
}
