using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Packages;

/// <summary>
/// Reads tensors in the safetensors format: an 8-byte little-endian header length, a JSON header, raw little-endian data.
/// Everything the header claims is checked against the file before any tensor is allocated.
/// </summary>
internal sealed class SafeTensorsFile : IDisposable
{
    private const long MaxHeaderBytes = 64 * 1024 * 1024;
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle file;
    private readonly string path;
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    private sealed record Entry(ScalarType Type, long[] Shape, long Offset, long Length);

    private SafeTensorsFile(string path)
    {
        this.path = path;
        file = OpenFile(path);
        try
        {
            ReadHeader();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public IReadOnlyCollection<string> Names => entries.Keys;

    /// <exception cref="ModelPackageException">The file is no valid safetensors file.</exception>
    public static SafeTensorsFile Open(string path) => new(path);

    public bool Contains(string name) => entries.ContainsKey(name);

    public long[] Shape(string name) => Find(name).Shape;

    /// <summary>Reads one tensor as float32 (integers stay int64). The caller owns it.</summary>
    /// <exception cref="ModelPackageException">No such tensor, or another shape than <paramref name="expected"/>.</exception>
    public Tensor Read(string name, params long[] expected)
    {
        var entry = Find(name);
        if (expected.Length > 0 && !entry.Shape.SequenceEqual(expected))
            throw Error($"tensor '{name}' has shape [{string.Join(", ", entry.Shape)}], expected [{string.Join(", ", expected)}]");
        var stored = empty(entry.Shape, entry.Type);
        try
        {
            ReadExactly(stored.bytes, entry.Offset, name);
            return entry.Type is ScalarType.Float16 or ScalarType.BFloat16 ? stored.to(ScalarType.Float32) : stored.alias();
        }
        finally
        {
            stored.Dispose();
        }
    }

    public void Dispose() => file.Dispose();

    private static Microsoft.Win32.SafeHandles.SafeFileHandle OpenFile(string path)
    {
        try
        {
            return File.OpenHandle(path, options: FileOptions.RandomAccess);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackageException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private void ReadHeader()
    {
        var total = RandomAccess.GetLength(file);
        if (total < 8) throw Error("is too short to be a safetensors file");
        Span<byte> prefix = stackalloc byte[8];
        ReadExactly(prefix, 0, "header");
        var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (length is < 2 or > MaxHeaderBytes || length > total - 8) throw Error($"claims a header of {length} bytes in a file of {total}");
        var header = new byte[length];
        ReadExactly(header, 8, "header");
        ParseHeader(header, 8 + length, total);
    }

    private void ParseHeader(byte[] header, long dataStart, long total)
    {
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8 });
        }
        catch (JsonException e)
        {
            throw Error("has a header that is not JSON", e);
        }

        using (json)
        {
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw Error("has a header that is not a JSON object");
            foreach (var property in json.RootElement.EnumerateObject())
                if (property.Name != "__metadata__" && !entries.TryAdd(property.Name, ParseEntry(property, dataStart, total)))
                    throw Error($"names tensor '{property.Name}' twice");
        }

        RefuseOverlaps();
    }

    private Entry ParseEntry(JsonProperty property, long dataStart, long total)
    {
        try
        {
            var type = ParseType(property.Value.GetProperty("dtype").GetString());
            var shape = property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
            var offsets = property.Value.GetProperty("data_offsets");
            long begin = offsets[0].GetInt64(), end = offsets[1].GetInt64();
            if (begin < 0 || end < begin || end > total - dataStart) throw Error($"places tensor '{property.Name}' outside the file");
            var size = shape.Aggregate((long)type.ElementSize(), (product, n) => checked(product * (n >= 0 ? n : throw new OverflowException())));
            if (size != end - begin) throw Error($"gives tensor '{property.Name}' {end - begin} bytes where its shape needs {size}");
            return new Entry(type, shape, dataStart + begin, end - begin);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or OverflowException or FormatException or IndexOutOfRangeException)
        {
            throw Error($"describes tensor '{property.Name}' wrongly", e);
        }
    }

    private ScalarType ParseType(string? name) => name switch
    {
        "F32" => ScalarType.Float32,
        "F16" => ScalarType.Float16,
        "BF16" => ScalarType.BFloat16,
        "I64" => ScalarType.Int64,
        _ => throw Error($"holds tensors of type '{name}', which a text encoder does not use (F32, F16, BF16, I64 are read)"),
    };

    private void RefuseOverlaps()
    {
        long reached = 0;
        foreach (var (name, entry) in entries.OrderBy(pair => pair.Value.Offset))
        {
            if (entry.Offset < reached) throw Error($"lets tensor '{name}' overlap another");
            reached = entry.Offset + entry.Length;
        }
    }

    private Entry Find(string name) => entries.TryGetValue(name, out var entry) ? entry : throw Error($"lacks tensor '{name}'");

    private void ReadExactly(Span<byte> target, long offset, string what)
    {
        while (target.Length > 0)
        {
            var read = RandomAccess.Read(file, target, offset);
            if (read == 0) throw Error($"ends within {what}");
            target = target[read..];
            offset += read;
        }
    }

    private ModelPackageException Error(string what, Exception? inner = null) => new($"{path} {what}.", inner);
}
