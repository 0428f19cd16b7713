using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Network.InferenceLayers;

/// <summary>
/// A linear layer with 8-bit weights (one scale per output) and activations that are quantized to 8 bits in each pass (one scale per
/// token, symmetric), as LLM.int8() without outliers (Dettmers et al. 2022). Because scales are per token, the result for a token does not
/// depend on the rest of the batch. The product is libtorch's, exact in 32-bit integers, and available on CPUs only.
/// </summary>
internal sealed class Int8Linear : IInferenceLinear
{
    private const float MaxQuantized = 127;

    /// <summary>A product has a multiple of this number of rows: oneDNN compiles a kernel for each number of rows.</summary>
    private const int RowStep = 64;

    // TorchSharp has no method for libtorch's integer product; a script can call it.
    private static readonly jit.CompilationUnit IntegerProduct = jit.compile(
        "def product(x: Tensor, w: Tensor, y: Tensor) -> Tensor:\n  return torch._int_mm(x, w, out=y)\n");

    private readonly Tensor _weight; // [inputs, outputs] as a view of [outputs, inputs], int8
    private readonly float[] _scales, _bias;
    private readonly int _inputs, _outputs;

    /// <param name="weight">Shape [outputs, inputs].</param>
    public Int8Linear(Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        (_outputs, _inputs) = ((int)weight.shape[0], (int)weight.shape[1]);
        (_scales, _bias) = (new float[_outputs], bias.data<float>().ToArray());
        var quantized = empty([_outputs, _inputs], ScalarType.Int8);
        Quantize(AsFloats(weight.contiguous()), MemoryMarshal.Cast<byte, sbyte>(quantized.bytes), _scales, _inputs);
        _weight = quantized.t().DetachFromDisposeScope();
    }

    /// <summary>Applies the layer: [tokens, inputs] → [tokens, outputs], float32.</summary>
    public Tensor Forward(Tensor x)
    {
        if (is_grad_enabled()) return ForwardInFloat(x);
        using var scope = NewDisposeScope();
        var tokens = (int)x.shape[0];
        var dense = x.contiguous();
        var result = empty([tokens, _outputs], ScalarType.Float32);
        var sources = AsFloats(dense);
        var targets = AsFloats(result);
        for (var first = 0; first < tokens; first += Int8Workspace.Rows)
        {
            var rows = Math.Min(Int8Workspace.Rows, tokens - first);
            Multiply(sources.Slice(first * _inputs, rows * _inputs), targets.Slice(first * _outputs, rows * _outputs), rows);
        }

        return result.MoveToOuterDisposeScope();
    }

    public void Dispose() => _weight.Dispose();

    /// <summary>Applies the layer with its weights in float32, through which gradients flow, as explanations need them.</summary>
    private Tensor ForwardInFloat(Tensor x)
    {
        var weight = _weight.t().to(ScalarType.Float32).mul_(tensor(_scales).unsqueeze(1));
        return nn.functional.linear(x, weight, tensor(_bias));
    }

    /// <summary>Computes a block of rows.</summary>
    private void Multiply(ReadOnlySpan<float> source, Span<float> target, int rows)
    {
        var workspace = Int8Workspace.Current;
        var multiplied = Math.Min(Int8Workspace.Rows, (rows + RowStep - 1) / RowStep * RowStep);
        var operand = workspace.GetOperand(_inputs).narrow(0, 0, multiplied);
        var product = workspace.GetProduct(_outputs).narrow(0, 0, multiplied);
        Span<float> scales = stackalloc float[rows];
        Quantize(source, MemoryMarshal.Cast<byte, sbyte>(operand.bytes), scales, _inputs);
        IntegerProduct.invoke("product", operand, _weight, product);
        Dequantize(MemoryMarshal.Cast<byte, int>(product.bytes), target, scales);
    }

    private static Span<float> AsFloats(Tensor x) => MemoryMarshal.Cast<byte, float>(x.bytes);

    /// <summary>Quantizes each row to −127…127; its scale follows from its largest magnitude.</summary>
    private static void Quantize(ReadOnlySpan<float> source, Span<sbyte> target, Span<float> rowScales, int width)
    {
        for (var row = 0; row < rowScales.Length; row++)
        {
            var values = source.Slice(row * width, width);
            var largest = GetMaxMagnitude(values);
            rowScales[row] = largest / MaxQuantized;
            QuantizeRow(values, target.Slice(row * width, width), largest > 0 ? MaxQuantized / largest : 0);
        }
    }

    private static float GetMaxMagnitude(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var maxima = Vector<float>.Zero;
        foreach (var vector in vectors) maxima = Vector.Max(maxima, Vector.Abs(vector));
        for (var i = 0; i < Vector<float>.Count; i++) largest = MathF.Max(largest, maxima[i]);
        foreach (var value in values[(vectors.Length * Vector<float>.Count)..]) largest = MathF.Max(largest, MathF.Abs(value));
        return largest;
    }

    private static void QuantizeRow(ReadOnlySpan<float> values, Span<sbyte> target, float factor)
    {
        var sources = MemoryMarshal.Cast<float, Vector<float>>(values);
        var targets = MemoryMarshal.Cast<sbyte, Vector<sbyte>>(target);
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = Vector.Narrow(
                Vector.Narrow(Round(sources[4 * i] * factor), Round(sources[4 * i + 1] * factor)),
                Vector.Narrow(Round(sources[4 * i + 2] * factor), Round(sources[4 * i + 3] * factor)));
        }

        for (var i = targets.Length * Vector<sbyte>.Count; i < values.Length; i++) target[i] = (sbyte)MathF.Round(values[i] * factor);
    }

    /// <summary>Rounds to the nearest integer, halves to even: adding 1.5·2²³ leaves the integer in the low bits of the float.</summary>
    private static Vector<int> Round(Vector<float> x)
    {
        var magic = new Vector<float>(12_582_912f);
        return Vector.AsVectorInt32(x + magic) - Vector.AsVectorInt32(magic);
    }

    private void Dequantize(ReadOnlySpan<int> product, Span<float> result, ReadOnlySpan<float> tokenScales)
    {
        for (var token = 0; token < tokenScales.Length; token++)
            DequantizeRow(product.Slice(token * _outputs, _outputs), result.Slice(token * _outputs, _outputs), tokenScales[token]);
    }

    private void DequantizeRow(ReadOnlySpan<int> product, Span<float> result, float tokenScale)
    {
        var products = MemoryMarshal.Cast<int, Vector<int>>(product);
        var results = MemoryMarshal.Cast<float, Vector<float>>(result);
        var outputScales = MemoryMarshal.Cast<float, Vector<float>>(_scales.AsSpan());
        var biases = MemoryMarshal.Cast<float, Vector<float>>(_bias.AsSpan());
        for (
            var i = 0;
            i < results.Length;
            i++)
        {
            results[i] = Vector.ConvertToSingle(products[i]) * (outputScales[i] * tokenScale) + biases[i];
        }

        for (
            var i = results.Length * Vector<float>.Count;
            i < result.Length;
            i++)
        {
            result[i] = product[i] * (_scales[i] * tokenScale) + _bias[i];
        }
    }
}
