using StreamBert.Model.Network;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Adapters;

/// <summary>
/// LoRA (Hu et al. 2021) on a layer of the network: a low-rank update of its weight, or one for each block of its rows. It can be merged
/// into the weight, which leaves inference without any cost, and unmerged again.
/// </summary>
/// <param name="layer">The name of the layer.</param>
/// <param name="updates">The updates of the layer's rows.</param>
/// <param name="dropout">The dropout probability of the input in training.</param>
internal sealed class LowRankAdapter(StateDict parameters, string layer, IReadOnlyList<LowRankUpdate> updates, double dropout = 0)
    : ILinearAdapter
{
    public IReadOnlyList<LowRankUpdate> Updates => updates;

    public Tensor Apply(Tensor input, Tensor output, bool isTraining)
    {
        if (isTraining && dropout > 0) input = functional.dropout(input, dropout);
        foreach (var update in updates) update.AddTo(output, input, parameters);
        return output;
    }

    /// <summary>Adds the updates to the weight, and detaches the adapter from the layer.</summary>
    public void Merge()
    {
        AddToWeight(1);
        parameters.Detach(layer);
    }

    /// <summary>Subtracts the updates from the weight, and attaches the adapter to the layer.</summary>
    public void Unmerge()
    {
        Subtract();
        parameters.Attach(layer, this);
    }

    /// <summary>Subtracts the updates from a weight into which they were merged before this adapter was attached.</summary>
    public void Subtract() => AddToWeight(-1);

    private void AddToWeight(int sign)
    {
        foreach (var update in updates)
        {
            LowRankUpdate.Merge(
                parameters[layer + ParameterShapes.Weight], update.Linear, parameters[update.FactorA], parameters[update.FactorB],
                update.Scale, sign);
        }
    }
}
