using System.Runtime.InteropServices;

namespace StreamBert.Model.Onnx;

/// <summary>A tensor that is stored in the graph.</summary>
/// <param name="Name">The name.</param>
/// <param name="Shape">The dimensions.</param>
/// <param name="Type">The type of its values, by the numbers of the ONNX specification.</param>
/// <param name="Values">The values, in little-endian order; empty if the file lists them in a form that is not read.</param>
internal sealed record OnnxTensor(string Name, long[] Shape, OnnxType Type, ReadOnlyMemory<byte> Values)
{
    /// <summary>Whether the values are floating-point numbers of a type that weights have.</summary>
    public bool IsFloat => Type is OnnxType.Float32 or OnnxType.Float16 or OnnxType.BFloat16 or OnnxType.Float64;

    /// <summary>The number of bytes of a value.</summary>
    public int ElementSize => Type switch
    {
        OnnxType.Float32 or OnnxType.Int32 => sizeof(float),
        OnnxType.Float64 or OnnxType.Int64 => sizeof(double),
        OnnxType.Float16 or OnnxType.BFloat16 => sizeof(ushort),
        _ => 1,
    };

    /// <summary>The values of a list of 64-bit integers; empty if the tensor holds anything else.</summary>
    public IReadOnlyList<long> Integers => Type == OnnxType.Int64 ? MemoryMarshal.Cast<byte, long>(Values.Span).ToArray() : [];

    /// <summary>The value of a float32 scalar; null if the tensor holds anything else.</summary>
    public float? Scalar => Type == OnnxType.Float32 && Values.Length == sizeof(float) ? MemoryMarshal.Read<float>(Values.Span) : null;

    /// <summary>Requires floating-point values, as many as the shape says.</summary>
    /// <exception cref="InvalidDataException">The tensor has other values.</exception>
    public OnnxTensor RequireWeights()
    {
        if (!IsFloat)
            throw new InvalidDataException($"holds the weights '{Name}' as {Type}: a quantized model; export it in float32 or float16");
        Int128 expected = ElementSize;
        foreach (var dimension in Shape)
        {
            expected *= dimension;
            if (dimension <= 0 || expected > int.MaxValue)
                throw new InvalidDataException($"gives tensor '{Name}' the invalid shape [{string.Join(", ", Shape)}]");
        }
        return expected == Values.Length ? this : throw new InvalidDataException(
            $"gives tensor '{Name}' {Values.Length} bytes where its shape [{string.Join(", ", Shape)}] needs {expected}");
    }
}

/// <summary>Lists the types that matter here; the numbers are those of the ONNX specification.</summary>
internal enum OnnxType
{
    Undefined = 0,
    Float32 = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Float16 = 10,
    Float64 = 11,
    BFloat16 = 16,
}
