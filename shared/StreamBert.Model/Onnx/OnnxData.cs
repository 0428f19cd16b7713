using System.Runtime.InteropServices;
using StreamBert.Model.SafeTensors;

namespace StreamBert.Model.Onnx;

/// <summary>Converts the data of tensors to the layout of checkpoints; the type of the numbers remains.</summary>
internal static class OnnxData
{
    public static StoredTensor Create(string name, StoredMatrix matrix) =>
        new(name, GetDtype(matrix.Tensor.Type), matrix.Shape, matrix.Tensor.Values.Length, stream => Write(stream, matrix));

    private static string GetDtype(OnnxType type) => type switch
    {
        OnnxType.Float16 => "F16",
        OnnxType.BFloat16 => "BF16",
        OnnxType.Float64 => "F64",
        _ => "F32",
    };

    private static void Write(Stream stream, StoredMatrix matrix)
    {
        var values = matrix.Tensor.Values.Span;
        stream.Write(!matrix.IsTransposed ? values : matrix.Tensor.ElementSize switch
        {
            sizeof(ushort) => Transpose<ushort>(values, matrix.Shape),
            sizeof(uint) => Transpose<uint>(values, matrix.Shape),
            _ => Transpose<ulong>(values, matrix.Shape),
        });
    }

    /// <summary>Transposes a matrix to the given shape.</summary>
    private static ReadOnlySpan<byte> Transpose<T>(ReadOnlySpan<byte> values, long[] shape) where T : unmanaged
    {
        var target = new byte[values.Length];
        var source = MemoryMarshal.Cast<byte, T>(values);
        var transposed = MemoryMarshal.Cast<byte, T>(target.AsSpan());
        var (rows, columns) = ((int)shape[0], (int)shape[1]);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                transposed[row * columns + column] = source[column * rows + row];
        }
        return target;
    }
}
