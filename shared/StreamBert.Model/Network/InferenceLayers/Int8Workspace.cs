using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Network.InferenceLayers;

/// <summary>
/// The operands and results of a thread's 8-bit products. All layers reuse them: memory of this size that is allocated for each product
/// costs more than a tenth of it.
/// </summary>
internal sealed class Int8Workspace
{
    /// <summary>The number of rows that are multiplied at once; the result of a product stays in the processor's cache.</summary>
    public const int Rows = 512;

    [ThreadStatic]
    private static Int8Workspace? _current;

    private readonly Dictionary<int, Tensor> _operands = [], _products = [];

    /// <summary>The workspace of this thread.</summary>
    public static Int8Workspace Current => _current ??= new Int8Workspace();

    /// <summary>Returns the int8 operand, [<see cref="Rows"/>, width], with any content.</summary>
    public Tensor GetOperand(int width) => Get(_operands, width, ScalarType.Int8);

    /// <summary>Returns the int32 product, [<see cref="Rows"/>, width], with any content.</summary>
    public Tensor GetProduct(int width) => Get(_products, width, ScalarType.Int32);

    private static Tensor Get(Dictionary<int, Tensor> tensors, int width, ScalarType type)
    {
        if (!tensors.TryGetValue(width, out var tensor))
            tensors[width] = tensor = zeros([Rows, width], type).DetachFromDisposeScope();
        return tensor;
    }
}
