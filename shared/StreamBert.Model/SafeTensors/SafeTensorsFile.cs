using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using StreamBert.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.SafeTensors;

/// <summary>
/// Reads tensors in the safetensors format: an 8-byte little-endian header length, a JSON header, and raw little-endian data.
/// The header is validated against the size of the file before any tensor is allocated.
/// </summary>
internal sealed class SafeTensorsFile : IDisposable
{
    private const long MaxHeaderBytes = 100_000_000;
    private const int PrefixBytes = 8;
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly Dictionary<string, TensorEntry> _entries;
    private readonly long _dataStart;

    private SafeTensorsFile(string path)
    {
        _path = path;
        _file = OpenFile(path);
        try
        {
            (_entries, _dataStart) = ReadHeader();
        }
        catch (InvalidDataException e)
        {
            _file.Dispose();
            throw Error(e.Message, e);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>The number of floating-point values in the file.</summary>
    public long ParameterCount => _entries.Values.Where(static entry => entry.Dtype.Contains('F'))
        .Sum(static entry => entry.Shape.Aggregate(1L, static (product, n) => product * n));

    /// <exception cref="ModelPackageException">The file is not a valid safetensors file.</exception>
    public static SafeTensorsFile Open(string path) => new(path);

    public bool Contains(string name) => _entries.ContainsKey(name);

    public long[] GetShape(string name) => Find(name).Shape;

    /// <summary>Reads a tensor of floating-point numbers as float32. The caller disposes it.</summary>
    /// <exception cref="ModelPackageException">
    /// The tensor is missing, has another shape than <paramref name="expected"/>, or does not hold floating-point numbers.
    /// </exception>
    public Tensor Read(string name, params long[] expected)
    {
        var entry = Find(name);
        if (expected.Length > 0 && !entry.Shape.SequenceEqual(expected))
            throw Error($"tensor '{name}' has shape [{string.Join(", ", entry.Shape)}], expected [{string.Join(", ", expected)}]");
        if (entry.End - entry.Begin > int.MaxValue)
            throw Error($"tensor '{name}' has {entry.End - entry.Begin} bytes; at most {int.MaxValue} can be read");
        var stored = empty(entry.Shape, GetScalarType(entry, name));
        try
        {
            ReadExactly(stored.bytes, _dataStart + entry.Begin, $"tensor '{name}'");
            return stored.dtype == ScalarType.Float32 ? stored.alias() : stored.to(ScalarType.Float32);
        }
        finally
        {
            stored.Dispose();
        }
    }

    public void Dispose() => _file.Dispose();

    private static SafeFileHandle OpenFile(string path)
    {
        try
        {
            return RegularFile.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackageException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private (Dictionary<string, TensorEntry> Entries, long DataStart) ReadHeader()
    {
        var total = RandomAccess.GetLength(_file);
        if (total < PrefixBytes) throw Error("is too short to be a safetensors file");
        var prefix = new byte[PrefixBytes];
        ReadExactly(prefix, 0, "the header");
        try
        {
            var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
            if (length is < 2 or > MaxHeaderBytes || length > total - PrefixBytes)
                throw new InvalidDataException($"claims a header of {(ulong)length} bytes in a file of {total}");
            var header = new byte[length];
            ReadExactly(header, PrefixBytes, "the header");
            return (SafeTensorsHeader.Parse(header, total - PrefixBytes - length), PrefixBytes + length);
        }
        catch (InvalidDataException) when (PickleFiles.Describe(prefix) is { } kind)
        {
            // Only for invalid files: the header length of a valid file may begin with the same bytes.
            throw Error($"is {kind} under another name. {PickleFiles.Advice}");
        }
    }

    private ScalarType GetScalarType(TensorEntry entry, string name) => entry.Dtype switch
    {
        "F32" => ScalarType.Float32,
        "F16" => ScalarType.Float16,
        "BF16" => ScalarType.BFloat16,
        "F64" => ScalarType.Float64,
        _ => throw Error($"holds tensor '{name}' as {entry.Dtype}; weights are read from F32, F16, BF16 and F64"),
    };

    private TensorEntry Find(string name) => _entries.TryGetValue(name, out var entry) ? entry : throw Error($"lacks tensor '{name}'");

    private void ReadExactly(Span<byte> target, long offset, string part)
    {
        while (target.Length > 0)
        {
            var read = ReadPart(target, offset, part);
            if (read == 0) throw Error($"ends within {part}");
            target = target[read..];
            offset += read;
        }
    }

    private int ReadPart(Span<byte> target, long offset, string part)
    {
        try
        {
            return RandomAccess.Read(_file, target, offset);
        }
        catch (IOException e)
        {
            throw Error($"cannot be read at {part}: {e.Message}", e);
        }
    }

    private ModelPackageException Error(string problem, Exception? inner = null) =>
        new($"{_path} {problem}{(problem.EndsWith('.') ? "" : ".")}", inner);
}
