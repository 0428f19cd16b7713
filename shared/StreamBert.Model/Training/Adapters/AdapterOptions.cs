using System.Text.Json.Serialization;
using StreamBert.Model.Adapters;

namespace StreamBert.Model.Training.Adapters;

/// <summary>The options of parameter-efficient fine-tuning.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AdapterOptions
{
    /// <summary>One of the constants of <see cref="AdapterMethod"/>; default <c>lora</c>.</summary>
    public string Method { get; init; } = AdapterMethod.Lora;

    /// <summary>
    /// The rank of the low-rank updates; with AdaLoRA, the average rank that remains at the end of the run. Default 8.
    /// </summary>
    public int Rank { get; init; } = 8;

    /// <summary>The scale of the updates is alpha / rank; default 16.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>
    /// The dropout probability of the input of low-rank updates, active where the network's dropout is; default 0.05.
    /// </summary>
    public double Dropout { get; init; } = 0.05;

    /// <summary>Whether the scale is alpha / √rank, which stays stable at large ranks (Kalajdzievski 2023); default false.</summary>
    public bool UseRsLora { get; init; }

    /// <summary>
    /// The linear layers with low-rank updates, constants of <see cref="AdapterTarget"/>; default all: with updates of all layers low ranks
    /// reach full fine-tuning, with those of query and value alone (PEFT's default for BERT) they do not (Dettmers et al. 2023).
    /// </summary>
    public IReadOnlyList<string> Targets { get; init; } = AdapterTarget.All;

    /// <summary>
    /// The rank of each update at the start of AdaLoRA, at least <see cref="Rank"/>; default: one and a half times <see cref="Rank"/>.
    /// </summary>
    public int? InitialRank { get; init; }

    /// <summary>The part of the steps before AdaLoRA reduces ranks; default 0.1.</summary>
    public double WarmUpFraction { get; init; } = 0.1;

    /// <summary>The part of the steps, at the end, in which AdaLoRA trains with final ranks; default 0.3.</summary>
    public double FinalFraction { get; init; } = 0.3;

    /// <summary>The number of steps between two allocations of AdaLoRA's ranks; default 10.</summary>
    public int AllocationInterval { get; init; } = 10;

    /// <summary>The weight of AdaLoRA's orthogonality regularization; default 0.1.</summary>
    public double OrthogonalityWeight { get; init; } = 0.1;

    /// <summary>The size of bottlenecks; default 48.</summary>
    public int BottleneckSize { get; init; } = 48;
}
