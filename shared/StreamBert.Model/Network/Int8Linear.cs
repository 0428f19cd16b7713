using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Network;

/// <summary>
/// A linear layer with 8-bit weights (a scale an output) and 8-bit activations quantised on the fly (a scale a token, symmetric), as
/// LLM.int8() does
/// without its outliers (Dettmers et al. 2022). A scale a token keeps batched equal to single: no token's numbers depend on its neighbours.
/// The product is libtorch's, exact in 32-bit integers; only CPU.
/// </summary>
internal sealed class Int8Linear : IServingLinear
{
    private const float Largest = 127;

    // libtorch's integer product has no method in TorchSharp; the script interpreter reaches it.
    private static readonly jit.CompilationUnit Product = jit.compile(
        "def product(x: Tensor, w: Tensor) -> Tensor:\n  return torch._int_mm(x, w)\n");

    private readonly Tensor _weight; // [inputs, outputs] as a view of [outputs, inputs], int8
    private readonly float[] _scales, _bias;
    private readonly int _inputs, _outputs;

    /// <param name="weight">[outputs, inputs]</param>
    public Int8Linear(Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        (_outputs, _inputs) = ((int)weight.shape[0], (int)weight.shape[1]);
        (_scales, this._bias) = (new float[_outputs], bias.data<float>().ToArray());
        var quantized = empty([_outputs, _inputs], ScalarType.Int8);
        Quantize(Floats(weight.contiguous()), MemoryMarshal.Cast<byte, sbyte>(quantized.bytes), _scales, _inputs);
        this._weight = quantized.t().DetachFromDisposeScope();
    }

    /// <summary>[tokens, inputs] → [tokens, outputs], float32.</summary>
    public Tensor Forward(Tensor x)
    {
        var tokens = (int)x.shape[0];
        var tokenScales = new float[tokens];
        using var quantized = empty([tokens, _inputs], ScalarType.Int8);
        using var dense = x.contiguous();
        Quantize(Floats(dense), MemoryMarshal.Cast<byte, sbyte>(quantized.bytes), tokenScales, _inputs);
        using var product = (Tensor)Product.invoke("product", quantized, _weight);
        var result = empty([tokens, _outputs], ScalarType.Float32);
        Restore(MemoryMarshal.Cast<byte, int>(product.bytes), Floats(result), tokenScales);
        return result;
    }

    public void Dispose() => _weight.Dispose();

    private static Span<float> Floats(Tensor x) => MemoryMarshal.Cast<byte, float>(x.bytes);

    /// <summary>Each row to −127…127 by its largest magnitude, which becomes its scale.</summary>
    private static void Quantize(ReadOnlySpan<float> source, Span<sbyte> target, Span<float> rowScales, int width)
    {
        for (var row = 0; row < rowScales.Length; row++)
        {
            var values = source.Slice(row * width, width);
            var largest = Magnitude(values);
            rowScales[row] = largest / Largest;
            QuantizeRow(values, target.Slice(row * width, width), largest > 0 ? Largest / largest : 0);
        }
    }

    private static float Magnitude(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var largests = Vector<float>.Zero;
        foreach (var vector in vectors) largests = Vector.Max(largests, Vector.Abs(vector));
        for (var i = 0; i < Vector<float>.Count; i++) largest = MathF.Max(largest, largests[i]);
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
                Vector.Narrow(Rounded(sources[4 * i] * factor), Rounded(sources[4 * i + 1] * factor)),
                Vector.Narrow(Rounded(sources[4 * i + 2] * factor), Rounded(sources[4 * i + 3] * factor)));
        }

        for (var i = targets.Length * Vector<sbyte>.Count; i < values.Length; i++) target[i] = (sbyte)MathF.Round(values[i] * factor);
    }

    /// <summary>To the nearest integer, halves to even: adding 1.5·2²³ leaves the integer in the low bits of the float.</summary>
    private static Vector<int> Rounded(Vector<float> x)
    {
        var magic = new Vector<float>(12_582_912f);
        return Vector.AsVectorInt32(x + magic) - Vector.AsVectorInt32(magic);
    }

    private void Restore(ReadOnlySpan<int> product, Span<float> result, ReadOnlySpan<float> tokenScales)
    {
        for (var token = 0; token < tokenScales.Length; token++)
            RestoreRow(product.Slice(token * _outputs, _outputs), result.Slice(token * _outputs, _outputs), tokenScales[token]);
    }

    private void RestoreRow(ReadOnlySpan<int> product, Span<float> result, float tokenScale)
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
