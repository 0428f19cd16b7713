namespace StreamBert.Model.Training.Adapters;

/// <summary>The methods of fine-tuning.</summary>
public static class AdapterMethod
{
    /// <summary>All parameters are trained.</summary>
    public const string Full = "full";

    /// <summary>Low-rank updates of the weights and the heads are trained (LoRA, Hu et al. 2021).</summary>
    public const string Lora = "lora";

    /// <summary>As <see cref="Lora"/>; the ranks are allocated by the importance of their singular values (Zhang et al. 2023).</summary>
    public const string AdaLora = "adalora";

    /// <summary>Bottleneck adapters after each sublayer, the layer norms and the heads are trained (Houlsby et al. 2019).</summary>
    public const string Bottleneck = "adapter";
}
