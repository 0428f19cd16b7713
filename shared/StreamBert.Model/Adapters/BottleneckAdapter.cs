using StreamBert.Model.Network;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Adapters;

/// <summary>
/// A bottleneck adapter (Houlsby et al. 2019): h + up(gelu(down(h))) of the output h of a sublayer's last linear layer, before the residual
/// connection and the layer norm. It is not linear, so it cannot be merged into the weights.
/// </summary>
internal sealed class BottleneckAdapter(StateDict parameters, AdaptedLinear linear) : ILinearAdapter
{
    /// <summary>Returns the names and shapes of an adapter's parameters.</summary>
    public static IEnumerable<(string Name, long[] Shape)> GetShapes(AdaptedLinear linear, long size) =>
    [
        (GetDown(linear) + ParameterShapes.Weight, [size, linear.Outputs]),
        (GetDown(linear) + ParameterShapes.Bias, [size]),
        (GetUp(linear) + ParameterShapes.Weight, [linear.Outputs, size]),
        (GetUp(linear) + ParameterShapes.Bias, [linear.Outputs]),
    ];

    public static string GetDown(AdaptedLinear linear) => linear.Name + ".adapter_down";

    public Tensor Apply(Tensor input, Tensor output, bool isTraining)
    {
        using var scope = NewDisposeScope();
        var narrow = functional.gelu(Project(output, GetDown(linear)));
        return Project(narrow, GetUp(linear)).add_(output, ScalarConstants.One).MoveToOuterDisposeScope();
    }

    private static string GetUp(AdaptedLinear linear) => linear.Name + ".adapter_up";

    private Tensor Project(Tensor x, string name) => functional.linear(
        x, parameters.GetForInput(x, name + ParameterShapes.Weight), parameters.GetForInput(x, name + ParameterShapes.Bias));
}
