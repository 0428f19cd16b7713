using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StreamBert.Contracts;
using static TorchSharp.torch;

namespace StreamBert.Model.Packages;

/// <summary>
/// The weights of a model directory: <c>model.safetensors</c>, else the shards that <c>model.safetensors.index.json</c> names.
/// </summary>
internal sealed class TensorFiles : IDisposable
{
    public const string SingleFile = "model.safetensors", IndexFile = "model.safetensors.index.json";
    private const int MaxShards = 1000;
    private const long MaxIndexBytes = 16 * 1024 * 1024;
    private readonly List<SafeTensorsFile> _files = [];
    private readonly Dictionary<string, SafeTensorsFile> _places = new(StringComparer.Ordinal);
    private readonly string _directory;

    private TensorFiles(string directory) => this._directory = directory;

    public IReadOnlyCollection<string> Names => _places.Keys;

    /// <summary>How many floating-point numbers the weights hold.</summary>
    public long Parameters => _files.Sum(static file => file.Parameters);

    /// <summary>Whether there are weights, in one file or by an index.</summary>
    public static bool ExistIn(string directory)
        => File.Exists(Path.Combine(directory, SingleFile)) || File.Exists(Path.Combine(directory, IndexFile));

    /// <exception cref="ModelPackageException">There are no weights, a file is invalid, or index and shards contradict each
    /// other.</exception>
    public static TensorFiles Open(string directory)
    {
        var opened = new TensorFiles(directory);
        try
        {
            if (File.Exists(Path.Combine(directory, SingleFile))) opened.Add(SingleFile);
            else opened.AddShards(ReadIndex(directory));
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The names of the files that hold the weights, in order, whether they are there or not.</summary>
    /// <exception cref="ModelPackageException">There is neither a single file nor an index, or the index is invalid.</exception>
    public static IReadOnlyList<string> NamesIn(string directory) => File.Exists(Path.Combine(directory, SingleFile))
        ? [SingleFile]
        : [.. ReadIndex(directory).Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>As <see cref="NamesIn"/>, and the index where there is one.</summary>
    public static IReadOnlyList<string> FilesIn(string directory)
        => NamesIn(directory) is var names && names is [SingleFile] ? names : [IndexFile, .. names];

    /// <summary>
    /// SHA-256 of the one file; of several, that of the lines <c>sha256sum</c> prints for them in the order of their names.
    /// </summary>
    /// <exception cref="ModelPackageException">A file cannot be read.</exception>
    public static string Sha256(string directory)
    {
        var sums = NamesIn(directory).Select(name => (Name: name, Sum: FileSha256(directory, name))).ToList();
        return sums is [var (_, only)]
            ? only
            : Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(sums.Select(static file => $"{file.Sum}  {file.Name}\n")))));
    }

    public bool Contains(string name) => _places.ContainsKey(name);

    public long[] Shape(string name) => Find(name).Shape(name);

    /// <inheritdoc cref="SafeTensorsFile.Read"/>
    public Tensor Read(string name, params long[] expected) => Find(name).Read(name, expected);

    public void Dispose() => _files.ForEach(static file => file.Dispose());

    private SafeTensorsFile Find(string name) => _places.TryGetValue(name, out var file)
        ? file
        : throw Error(_directory, $"the weights ({string.Join(", ", NamesIn(_directory).Take(3))}) lack tensor '{name}'");

    private void AddShards(Dictionary<string, string> index)
    {
        var shards = index.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ToDictionary(static name => name, Add, StringComparer.Ordinal);
        foreach (var (tensor, shard) in index)
        {
            if (!shards[shard].Contains(tensor))
            {
                throw Error(
                _directory,
                $"{IndexFile} says tensor {SafeTensorsHeader.Show(tensor)} is in {shard}, which lacks it");
            }
        }
    }

    private SafeTensorsFile Add(string name)
    {
        var file = SafeTensorsFile.Open(Inside(_directory, name));
        _files.Add(file);
        foreach (var tensor in file.Names)
        {
            if (!_places
                .TryAdd(tensor, file))
            {
                throw Error(_directory, $"tensor {SafeTensorsHeader.Show(tensor)} is in {name} and in another shard");
            }
        }

        return file;
    }

    /// <summary>Which shard holds each tensor.</summary>
    private static Dictionary<string, string> ReadIndex(string directory)
    {
        var path = Path.Combine(directory, IndexFile);
        if (!File.Exists(path)) throw Error(directory, Missing(directory));
        try
        {
            using var stream = new MemoryStream(RegularFile.Bytes(path, MaxIndexBytes));
            using var json = JsonDocument.Parse(stream, new() { MaxDepth = 8 });
            return WeightMap(directory, json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            throw new ModelPackageException($"{path} is no index of shards (an object with weight_map: tensor → file): {e.Message}", e);
        }
    }

    private static Dictionary<string, string> WeightMap(string directory, JsonElement index)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in index.GetProperty("weight_map").EnumerateObject())
        {
            if (!map.TryAdd(entry.Name, PlainName(directory, entry.Value.GetString()!)))
                throw Error(directory, $"{IndexFile} names tensor {SafeTensorsHeader.Show(entry.Name)} twice");
        }

        var shards = map.Values.Distinct(StringComparer.Ordinal).Count();
        return shards is > 0 and <= MaxShards
            ? map
            : throw Error(directory, $"{IndexFile} names {shards} files; 1 to {MaxShards} are read");
    }

    /// <summary>A shard is a file of the directory itself: a downloaded index must not reach anything else.</summary>
    private static string PlainName(string directory, string? name) =>
        name is { Length: > 0 and <= 255 } && name.EndsWith(".safetensors", StringComparison.Ordinal) && name[0] != '.'
        && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? name
            : throw Error(directory, $"{IndexFile} names the file {SafeTensorsHeader.Show(name ?? "")}; only a plain name of this directory that ends in .safetensors is read");

    private static string Inside(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        if (name == SingleFile) return path; // the user's own choice of directory; caches link their one file elsewhere
        var target = LinkTarget(path);
        return target is null || Path.GetDirectoryName(target) == Path.GetFullPath(Path.TrimEndingDirectorySeparator(directory))
            ? path
            : throw Error(directory, $"{name} is a link out of the directory; copy the checkpoint with its links resolved (cp -rL)");
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName;
        }
        catch (IOException)
        {
            return null; // opening it says what is wrong
        }
    }

    private static string Missing(string directory) => !Directory.Exists(directory)
        ? "there is no such directory"
        : Pickle.In(directory) is { Count: > 0 } pickles
        ? $"the weights are there only as {string.Join(", ", pickles.Take(3))}. {Pickle.Advice}"
        : $"there is neither {SingleFile} nor {IndexFile}";

    private static string FileSha256(string directory, string name)
    {
        try
        {
            using var stream = RegularFile.Open(Inside(directory, name));
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Error(directory, $"{name} cannot be read: {e.Message}", e);
        }
    }

    private static ModelPackageException Error(string directory, string what, Exception? inner = null) =>
        new($"{directory}: {what}{(what.EndsWith('.') ? "" : ".")}", inner);
}
