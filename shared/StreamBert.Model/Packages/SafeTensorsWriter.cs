using System.Text;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Packages;

/// <summary>Writes tensors in the safetensors format.</summary>
internal static class SafeTensorsWriter
{
    /// <summary>Writes the tensors in the given order, as float16 (half the size) or float32.</summary>
    public static void Write(string path, IReadOnlyList<(string Name, Tensor Value)> tensors, bool half)
    {
        using var stream = File.Create(path);
        var header = Header(tensors, half ? 2 : 4, half ? "F16" : "F32");
        stream.Write(BitConverter.GetBytes((long)header.Length));
        stream.Write(header);
        foreach (var (_, value) in tensors) WriteData(stream, value, half ? ScalarType.Float16 : ScalarType.Float32);
        stream.Flush(flushToDisk: true);
    }

    private static byte[] Header(IReadOnlyList<(string Name, Tensor Value)> tensors, int elementSize, string type)
    {
        long offset = 0;
        var entries = new Dictionary<string, object> { ["__metadata__"] = new Dictionary<string, string> { ["format"] = "pt" } };
        foreach (var (name, value) in tensors)
        {
            var end = offset + value.numel() * elementSize;
            entries.Add(name, new { dtype = type, shape = value.shape, data_offsets = new[] { offset, end } });
            offset = end;
        }

        var json = JsonSerializer.Serialize(entries);
        // The data start on a multiple of 8, as other writers do it, so that readers may map them.
        return Encoding.UTF8.GetBytes(json.PadRight((Encoding.UTF8.GetByteCount(json) + 7) / 8 * 8));
    }

    private static void WriteData(FileStream stream, Tensor value, ScalarType type)
    {
        using var scope = NewDisposeScope();
        stream.Write(value.detach().cpu().to(type).contiguous().bytes);
    }
}
