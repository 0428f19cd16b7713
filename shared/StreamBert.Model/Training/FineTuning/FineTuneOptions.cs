using System.Text.Json.Serialization;
using StreamBert.Model.Training.Adapters;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>The options of supervised fine-tuning.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FineTuneOptions
{
    /// <summary>The method: what is trained beside the heads; default <see cref="AdapterMethod.Full"/>, all parameters.</summary>
    public AdapterOptions Adapter { get; init; } = new() { Method = AdapterMethod.Full };

    /// <summary>The number of passes over the training texts; default 3.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>
    /// The peak learning rate of AdamW, default 3e-4. It rises linearly during <see cref="WarmUp"/>, then falls linearly to zero.
    /// </summary>
    public double LearningRate { get; init; } = 3e-4;

    /// <summary>The share of the steps in which the learning rate rises; default 0.05.</summary>
    public double WarmUp { get; init; } = 0.05;

    /// <summary>The learning rate of a layer relative to that of the layer above it; default 1: the same for all.</summary>
    public double LayerDecay { get; init; } = 1;

    /// <summary>The decoupled weight decay, which does not apply to biases and layer norms; default 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Gradients with a greater norm over all parameters are scaled to it; default 1.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>The maximum number of tokens in a batch; default 1,024.</summary>
    public int BatchTokens { get; init; } = 1024;

    /// <summary>The number of batches whose gradients are added before the weights are updated; default 1.</summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>The decay of the moving average of the weights, which then replaces them; default 0: no average.</summary>
    public double AverageDecay { get; init; }

    /// <summary>The share of the target probability that is spread evenly over all labels; default 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Whether every class has the same total weight in the loss, however rare it is; default false.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>
    /// Training ends after so many epochs without a better macro-F1 on the validation texts; default 2. Without validation texts it has no
    /// effect.
    /// </summary>
    public int EarlyStoppingEpochs { get; init; } = 2;

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

    /// <summary>The device, as in <see cref="ComputeOptions.Device"/>; default the CPU.</summary>
    public string Device { get; init; } = ComputeOptions.Cpu;

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
