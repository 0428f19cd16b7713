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
        var (dtype, type, elementSize) = isHalf ? ("F16", ScalarType.Float16, 2) : ("F32", ScalarType.Float32, 4);
        Write(path, [.. tensors.Select(tensor => new StoredTensor(tensor.Name, dtype, tensor.Value.shape,
            tensor.Value.numel() * elementSize, stream => WriteData(stream, tensor.Value, type)))]);
    }

    /// <summary>Writes the tensors in the given order.</summary>
    public static void Write(string path, IReadOnlyList<StoredTensor> tensors)
    {
        using var stream = File.Create(path);
        var header = CreateHeader(tensors);
        stream.Write(BitConverter.GetBytes((long)header.Length));
        stream.Write(header);
        foreach (var tensor in tensors) tensor.Write(stream);
        stream.Flush(flushToDisk: true);
    }

    private static byte[] CreateHeader(IReadOnlyList<StoredTensor> tensors)
    {
        long offset = 0;
        var entries = new Dictionary<string, object> { ["__metadata__"] = new Dictionary<string, string> { ["format"] = "pt" } };
        foreach (var (name, dtype, shape, bytes, _) in tensors)
        {
            entries.Add(name, new { dtype, shape, data_offsets = new[] { offset, offset + bytes } });
            offset += bytes;
        }

        var json = JsonSerializer.Serialize(entries);
        // Like other writers, align the data to 8 bytes, so that readers can map the file into memory.
        return Encoding.UTF8.GetBytes(json.PadRight((Encoding.UTF8.GetByteCount(json) + 7) / 8 * 8));
    }

    private static void WriteData(Stream stream, Tensor value, ScalarType type)
    {
        using var scope = NewDisposeScope();
        stream.Write(value.detach().cpu().to(type).contiguous().bytes);
    }
}
