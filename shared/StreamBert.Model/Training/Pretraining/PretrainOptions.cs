using System.Text.Json.Serialization;

namespace StreamBert.Model.Training.Pretraining;

/// <summary>The options of masked-language-model pre-training.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PretrainOptions
{
    /// <summary>The number of passes over the corpus; default 8.</summary>
    public int Epochs { get; init; } = 8;

    /// <summary>
    /// The peak learning rate of AdamW, default 1.5e-3. It rises linearly during the first 5 % of the steps, then falls linearly to zero.
    /// </summary>
    public double LearningRate { get; init; } = 1.5e-3;

    /// <summary>The maximum number of tokens in a batch; default 4,096.</summary>
    public int BatchTokens { get; init; } = 4096;

    /// <summary>The probability with which a token is to be predicted; default 0.2.</summary>
    public double MaskProbability { get; init; } = 0.2;

    /// <summary>The dropout probability; default 0.05.</summary>
    public double Dropout { get; init; } = 0.05;

    /// <summary>The longest input in tokens; default 64. Longer texts are split.</summary>
    public int MaxTokens { get; init; } = 64;

    /// <summary>The number of threads; default: that of the processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Whether layers compute in bfloat16 with float32 weights, which is twice as fast on processors with bf16 instructions; default true.
    /// </summary>
    public bool MixedPrecision { get; init; } = true;
}
