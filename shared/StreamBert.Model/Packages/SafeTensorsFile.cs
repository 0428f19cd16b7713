using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using StreamBert.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Packages;

/// <summary>
/// Reads tensors in the safetensors format: an 8-byte little-endian header length, a JSON header, raw little-endian data.
/// Everything the header claims is checked against the file before any tensor is allocated.
/// </summary>
internal sealed class SafeTensorsFile : IDisposable
{
    private const long MaxHeaderBytes = 100_000_000;
    private const int PrefixBytes = 8;
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly Dictionary<string, TensorPlace> _places;
    private readonly long _dataStart;

    private SafeTensorsFile(string path)
    {
        this._path = path;
        _file = OpenFile(path);
        try
        {
            (_places, _dataStart) = ReadHeader();
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

    public IReadOnlyCollection<string> Names => _places.Keys;

    /// <summary>How many floating-point numbers the file holds.</summary>
    public long Parameters => _places.Values.Where(static place => place.Type.Contains('F'))
        .Sum(static place => place.Shape.Aggregate(1L, static (product, n) => product * n));

    /// <exception cref="ModelPackageException">The file is no valid safetensors file.</exception>
    public static SafeTensorsFile Open(string path) => new(path);

    public bool Contains(string name) => _places.ContainsKey(name);

    public long[] Shape(string name) => Find(name).Shape;

    /// <summary>Reads one tensor of floating-point numbers as float32. The caller owns it.</summary>
    /// <exception cref="ModelPackageException">No such tensor, another shape than <paramref name="expected"/>, or no floating-point
    /// numbers.</exception>
    public Tensor Read(string name, params long[] expected)
    {
        var place = Find(name);
        if (expected.Length > 0 && !place.Shape.SequenceEqual(expected))
            throw Error($"tensor '{name}' has shape [{string.Join(", ", place.Shape)}], expected [{string.Join(", ", expected)}]");
        if (place.End - place.Begin > int
            .MaxValue)
        {
            throw Error($"tensor '{name}' has {place.End - place.Begin} bytes; {int.MaxValue} can be read");
        }

        var stored = empty(place.Shape, Type(place, name));
        try
        {
            ReadExactly(stored.bytes, _dataStart + place.Begin, $"tensor '{name}'");
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

    private (Dictionary<string, TensorPlace> Places, long DataStart) ReadHeader()
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
        catch (InvalidDataException) when (Pickle.Kind(prefix) is { } kind)
        {
            // Only a file that is refused is looked at this way: a header length may begin with the same bytes.
            throw Error($"is {kind} under another name. {Pickle.Advice}");
        }
    }

    private ScalarType Type(TensorPlace place, string name) => place.Type switch
    {
        "F32" => ScalarType.Float32,
        "F16" => ScalarType.Float16,
        "BF16" => ScalarType.BFloat16,
        "F64" => ScalarType.Float64,
        _ => throw Error($"holds tensor '{name}' as {place.Type}; weights are read from F32, F16, BF16 and F64"),
    };

    private TensorPlace Find(string name) => _places.TryGetValue(name, out var place) ? place : throw Error($"lacks tensor '{name}'");

    private void ReadExactly(Span<byte> target, long offset, string what)
    {
        while (target.Length > 0)
        {
            var read = ReadSome(target, offset, what);
            if (read == 0) throw Error($"ends within {what}");
            target = target[read..];
            offset += read;
        }
    }

    private int ReadSome(Span<byte> target, long offset, string what)
    {
        try
        {
            return RandomAccess.Read(_file, target, offset);
        }
        catch (IOException e)
        {
            throw Error($"cannot be read at {what}: {e.Message}", e);
        }
    }

    private ModelPackageException Error(string what, Exception? inner = null)
        => new($"{_path} {what}{(what.EndsWith('.') ? "" : ".")}", inner);
}
