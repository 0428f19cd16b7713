using static TorchSharp.torch;

namespace StreamBert.Model.Network;

/// <summary>A trained addition to a linear layer: a low-rank update of its weight, or a bottleneck after it.</summary>
internal interface ILinearAdapter
{
    /// <summary>Returns the output of the layer with the adapter, [rows, outputs].</summary>
    /// <param name="input">The input of the layer, [rows, inputs].</param>
    /// <param name="output">The output of the layer, [rows, outputs]; it may be changed in place.</param>
    /// <param name="isTraining">Whether the adapter's dropout is active.</param>
    Tensor Apply(Tensor input, Tensor output, bool isTraining);
}
