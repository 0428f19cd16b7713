using StreamBert.Model.Adapters;
using StreamBert.Model.Network;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Training.Adapters.RankAllocation;

/// <summary>
/// An update of a linear layer's weight in the form of a singular value decomposition (Zhang et al. 2023, equation 3): scale · P·Λ·Q with
/// Q [rank, inputs], the diagonal of Λ [rank, 1] and P [outputs, rank] as parameters of the network, under PEFT's names.
/// </summary>
internal sealed record SvdUpdate(AdaptedLinear Linear, double Scale)
{
    /// <summary>The name of Q.</summary>
    public string Right => LowRankUpdate.GetFactorA(Linear);

    /// <summary>The name of the diagonal of Λ.</summary>
    public string Values => Linear.Name + ".lora_E";

    /// <summary>The name of P.</summary>
    public string Left => LowRankUpdate.GetFactorB(Linear);

    /// <summary>Adds the update of the layer's output in place: scale · P·Λ·Q·x.</summary>
    public void AddTo(Tensor output, Tensor input, StateDict parameters)
    {
        using var scope = NewDisposeScope();
        using var factor = Scale.ToScalar();
        var reduced = functional.linear(input, parameters.GetForInput(input, Right)).mul(parameters.GetForInput(input, Values).t());
        var delta = functional.linear(reduced, parameters.GetForInput(input, Left));
        output.slice(1, Linear.FirstRow, Linear.FirstRow + Linear.Outputs, 1).add_(delta, factor);
    }

    /// <summary>Returns the factors of the equal low-rank update of scale 1, of the singular values that are kept.</summary>
    /// <param name="kept">The indices of the values.</param>
    /// <returns>A [kept, inputs] and B [outputs, kept]; the caller disposes them.</returns>
    public (Tensor A, Tensor B) ToLowRank(StateDict parameters, long[] kept)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var factor = Scale.ToScalar();
        var indices = tensor(kept, device: parameters[Values].device);
        var values = parameters[Values].index_select(0, indices).t().mul(factor);
        var a = parameters[Right].index_select(0, indices).detach().MoveToOuterDisposeScope();
        return (a, parameters[Left].index_select(1, indices).mul(values).detach().MoveToOuterDisposeScope());
    }
}
