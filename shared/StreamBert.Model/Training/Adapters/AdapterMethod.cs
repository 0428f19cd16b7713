namespace StreamBert.Model.Training.Adapters;

/// <summary>The methods of fine-tuning.</summary>
public static class AdapterMethod
{
    /// <summary>
    /// The new parameters of a method start close to zero, and are few: their learning rate is greater than that of all parameters
    /// (Schulman et al. 2025, "LoRA Without Regret": tenfold for LoRA).
    /// </summary>
    private const double AdapterLearningRateFactor = 10;

    /// <summary>All parameters are trained.</summary>
    public const string Full = "full";

    /// <summary>Low-rank updates of the weights and the heads are trained (LoRA, Hu et al. 2021).</summary>
    public const string Lora = "lora";

    /// <summary>As <see cref="Lora"/>; the ranks are allocated by the importance of their singular values (Zhang et al. 2023).</summary>
    public const string AdaLora = "adalora";

    /// <summary>All methods.</summary>
    public static IReadOnlyList<string> All { get; } = [Full, Lora, AdaLora, Bottleneck];

    /// <summary>Bottleneck adapters after each sublayer, the layer norms and the heads are trained (Houlsby et al. 2019).</summary>
    public const string Bottleneck = "adapter";

    /// <summary>Returns the default learning rate of a method relative to that of <see cref="Full"/>.</summary>
    /// <param name="method">One of the constants of this class.</param>
    /// <returns>The factor.</returns>
    public static double GetLearningRateFactor(string method) => method == Full ? 1 : AdapterLearningRateFactor;
}
