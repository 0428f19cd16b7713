using StreamBert.Model.Network;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Adapters;

/// <summary>
/// A low-rank update of a linear layer's weight: scale · B·A (Hu et al. 2021), with A [rank, inputs] and B [outputs, rank] as parameters
/// of the network.
/// </summary>
internal sealed record LowRankUpdate(AdaptedLinear Linear, double Scale)
{
    /// <summary>The name of A, without the prefix of PEFT's files.</summary>
    public string FactorA => GetFactorA(Linear);

    /// <summary>The name of B, without the prefix of PEFT's files.</summary>
    public string FactorB => GetFactorB(Linear);

    public static string GetFactorA(AdaptedLinear linear) => linear.Name + ".lora_A.weight";

    public static string GetFactorB(AdaptedLinear linear) => linear.Name + ".lora_B.weight";

    /// <summary>Adds the update to a weight in place.</summary>
    /// <param name="weight">The weight of the network's layer.</param>
    /// <param name="sign">1 to add the update, −1 to subtract it.</param>
    public static void Merge(Tensor weight, AdaptedLinear linear, Tensor a, Tensor b, double scale, int sign = 1)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var factor = (sign * scale).ToScalar();
        weight.slice(0, linear.FirstRow, linear.FirstRow + linear.Outputs, 1).add_(b.matmul(a), factor);
    }

    /// <summary>Adds the update of the layer's output in place: scale · B·A·x.</summary>
    public void AddTo(Tensor output, Tensor input, StateDict parameters)
    {
        using var scope = NewDisposeScope();
        using var factor = Scale.ToScalar();
        var reduced = functional.linear(input, parameters.GetForInput(input, FactorA));
        var delta = functional.linear(reduced, parameters.GetForInput(input, FactorB));
        output.slice(1, Linear.FirstRow, Linear.FirstRow + Linear.Outputs, 1).add_(delta, factor);
    }
}
