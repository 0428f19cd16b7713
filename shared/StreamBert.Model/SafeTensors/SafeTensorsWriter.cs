using System.Text;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.SafeTensors;

/// <summary>Writes tensors in the safetensors format.</summary>
internal static class SafeTensorsWriter
{
    /// <summary>Writes the tensors in the given order.</summary>
    /// <param name="isHalf">Whether to store float16, in half the size, instead of float32.</param>
    public static void Write(string path, IReadOnlyList<(string Name, Tensor Value)> tensors, bool isHalf)
    {
        using var stream = File.Create(path);
        var header = CreateHeader(tensors, isHalf ? 2 : 4, isHalf ? "F16" : "F32");
        stream.Write(BitConverter.GetBytes((long)header.Length));
        stream.Write(header);
        foreach (var (_, value) in tensors) WriteData(stream, value, isHalf ? ScalarType.Float16 : ScalarType.Float32);
        stream.Flush(flushToDisk: true);
    }

    private static byte[] CreateHeader(IReadOnlyList<(string Name, Tensor Value)> tensors, int elementSize, string dtype)
    {
        long offset = 0;
        var entries = new Dictionary<string, object> { ["__metadata__"] = new Dictionary<string, string> { ["format"] = "pt" } };
        foreach (var (name, value) in tensors)
        {
            var end = offset + value.numel() * elementSize;
            entries.Add(name, new { dtype, shape = value.shape, data_offsets = new[] { offset, end } });
            offset = end;
        }

        var json = JsonSerializer.Serialize(entries);
        // Like other writers, align the data to 8 bytes, so that readers can map the file into memory.
        return Encoding.UTF8.GetBytes(json.PadRight((Encoding.UTF8.GetByteCount(json) + 7) / 8 * 8));
    }

    private static void WriteData(FileStream stream, Tensor value, ScalarType type)
    {
        using var scope = NewDisposeScope();
        stream.Write(value.detach().cpu().to(type).contiguous().bytes);
    }
}
