using System.Text.Json.Serialization;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>The options of supervised fine-tuning.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FineTuneOptions
{
    /// <summary>The number of passes over the training texts; default 3.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>
    /// The peak learning rate of AdamW, default 3e-4. It rises linearly during the first 5 % of the steps, then falls linearly to zero.
    /// </summary>
    public double LearningRate { get; init; } = 3e-4;

    /// <summary>The maximum number of tokens in a batch; default 1,024.</summary>
    public int BatchTokens { get; init; } = 1024;

    /// <summary>The dropout probability; default 0.1.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>The probability with which a token is replaced by [UNK] in training, so that no single word decides; default 0.1.</summary>
    public double TokenDropout { get; init; } = 0.1;

    /// <summary>The weight of the teacher's soft labels relative to the given labels (Hinton et al. 2015); default 0: no teacher.</summary>
    public double Distillation { get; init; }

    /// <summary>
    /// Groups of heads whose texts are of the same domain: within a group, the teacher of each head also labels the texts of the other
    /// heads.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<string>> DistillAcross { get; init; } = [];

    /// <summary>Whether only the heads are trained; default false.</summary>
    public bool FreezeEncoder { get; init; }

    /// <summary>The number of threads; default: that of the processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Whether layers compute in bfloat16 with float32 weights, which is twice as fast on processors with bf16 instructions; default
    /// false.
    /// </summary>
    public bool MixedPrecision { get; init; }

    /// <summary>The seed of all random numbers; default 1.</summary>
    public int Seed { get; init; } = 1;
}
