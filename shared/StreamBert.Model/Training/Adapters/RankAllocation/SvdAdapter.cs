using StreamBert.Model.Network;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Training.Adapters.RankAllocation;

/// <summary>The updates of a layer of the network in the form of singular value decompositions, for some or all of its rows.</summary>
/// <param name="dropout">The dropout probability of the input in training.</param>
internal sealed class SvdAdapter(StateDict parameters, IReadOnlyList<SvdUpdate> updates, double dropout) : ILinearAdapter
{
    public Tensor Apply(Tensor input, Tensor output, bool isTraining)
    {
        if (isTraining && dropout > 0) input = functional.dropout(input, dropout);
        foreach (var update in updates) update.AddTo(output, input, parameters);
        return output;
    }
}
