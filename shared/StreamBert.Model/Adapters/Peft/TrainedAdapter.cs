using StreamBert.Model.Network;
using static TorchSharp.torch;

namespace StreamBert.Model.Adapters.Peft;

/// <summary>An adapter to write.</summary>
/// <param name="Config">The configuration, without the base model, the modules that are saved whole and the task.</param>
/// <param name="Tensors">The tensors by the names of the network's parameters.</param>
internal sealed record TrainedAdapter(AdapterConfig Config, IReadOnlyList<(string Name, Tensor Value)> Tensors)
{
    /// <summary>Selects parameters of the network that are saved whole, beside those of the heads.</summary>
    public Func<string, bool> IsSavedWhole { get; init; } = static _ => false;

    /// <summary>Returns the bottleneck adapters of a network, with the layer norms of its layers, which are trained with them.</summary>
    /// <exception cref="InvalidOperationException">The network has low-rank adapters that are not merged.</exception>
    public static TrainedAdapter OfBottlenecks(MultiTaskNetwork network)
    {
        var parameters = network.Parameters;
        var linears = AdaptedLinear.GetAll(network.Config).Where(linear => parameters.FindAdapter(linear.Layer) is not null).ToList();
        if (linears.Exists(linear => parameters.FindAdapter(linear.Layer) is not BottleneckAdapter))
            throw new InvalidOperationException("The low-rank adapters are not merged into the weights.");
        var config = new AdapterConfig
        {
            PeftType = AdapterConfig.Bottleneck,
            Rank = (int)parameters[BottleneckAdapter.GetDown(linears[0]) + ParameterShapes.Weight].shape[0],
            TargetModules = TargetModules.Create(linears, network.Config),
        };
        return new TrainedAdapter(config, parameters.ListAdapters()) { IsSavedWhole = ParameterShapes.IsLayerNorm };
    }
}
