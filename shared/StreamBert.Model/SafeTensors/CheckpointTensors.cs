using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StreamBert.Contracts;
using static TorchSharp.torch;

namespace StreamBert.Model.SafeTensors;

/// <summary>
/// The tensors of a model directory: those of <c>model.safetensors</c>, or of the shards in <c>model.safetensors.index.json</c>.
/// </summary>
internal sealed class CheckpointTensors : IDisposable
{
    public const string SingleFile = "model.safetensors", IndexFile = "model.safetensors.index.json";
    private const int MaxShards = 1000, MaxFileNameLength = 255;
    private const long MaxIndexBytes = 16 * 1024 * 1024;
    private readonly List<SafeTensorsFile> _files = [];
    private readonly Dictionary<string, SafeTensorsFile> _filesByTensor = new(StringComparer.Ordinal);
    private readonly string _directory;

    private CheckpointTensors(string directory) => _directory = directory;

    public IReadOnlyCollection<string> Names => _filesByTensor.Keys;

    /// <summary>The number of floating-point values.</summary>
    public long ParameterCount => _files.Sum(static file => file.ParameterCount);

    /// <summary>Determines whether a directory has weights, in a single file or in shards.</summary>
    public static bool ExistIn(string directory) =>
        File.Exists(Path.Combine(directory, SingleFile)) || File.Exists(Path.Combine(directory, IndexFile));

    /// <exception cref="ModelPackageException">
    /// There are no weights, a file is invalid, or the index and the shards contradict each other.
    /// </exception>
    public static CheckpointTensors Open(string directory)
    {
        var opened = new CheckpointTensors(directory);
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

    /// <summary>Returns the names of the files that hold the weights, in order, whether the files exist or not.</summary>
    /// <exception cref="ModelPackageException">There is neither a single file nor an index, or the index is invalid.</exception>
    public static IReadOnlyList<string> ListWeightFiles(string directory) => File.Exists(Path.Combine(directory, SingleFile))
        ? [SingleFile]
        : [.. ReadIndex(directory).Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Returns the names of the files that hold the weights, and of the index if there is one.</summary>
    /// <inheritdoc cref="ListWeightFiles"/>
    public static IReadOnlyList<string> ListFiles(string directory) =>
        ListWeightFiles(directory) is var names && names is [SingleFile] ? names : [IndexFile, .. names];

    /// <summary>
    /// Returns the SHA-256 of the single file, or for several files that of the lines which <c>sha256sum</c> prints for them in the order
    /// of their names.
    /// </summary>
    /// <exception cref="ModelPackageException">A file cannot be read.</exception>
    public static string ComputeSha256(string directory)
    {
        var hashes = ListWeightFiles(directory).Select(name => (Name: name, Hash: ComputeFileSha256(directory, name))).ToList();
        if (hashes is [var (_, only)]) return only;
        var lines = string.Concat(hashes.Select(static file => $"{file.Hash}  {file.Name}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines)));
    }

    public bool Contains(string name) => _filesByTensor.ContainsKey(name);

    public long[] GetShape(string name) => Find(name).GetShape(name);

    /// <inheritdoc cref="SafeTensorsFile.Read"/>
    public Tensor Read(string name, params long[] expected) => Find(name).Read(name, expected);

    public void Dispose() => _files.ForEach(static file => file.Dispose());

    private SafeTensorsFile Find(string name) => _filesByTensor.TryGetValue(name, out var file)
        ? file
        : throw Error(_directory, $"the weights ({string.Join(", ", ListWeightFiles(_directory).Take(3))}) lack tensor '{name}'");

    private void AddShards(Dictionary<string, string> index)
    {
        var shards = index.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ToDictionary(static name => name, Add, StringComparer.Ordinal);
        foreach (var (tensor, shard) in index)
        {
            if (shards[shard].Contains(tensor)) continue;
            throw Error(_directory, $"{IndexFile} assigns tensor {SafeTensorsHeader.Quote(tensor)} to {shard}, which lacks it");
        }
    }

    private SafeTensorsFile Add(string name)
    {
        var file = SafeTensorsFile.Open(ResolveInside(_directory, name));
        _files.Add(file);
        foreach (var tensor in file.Names)
        {
            if (_filesByTensor.TryAdd(tensor, file)) continue;
            throw Error(_directory, $"tensor {SafeTensorsHeader.Quote(tensor)} is in {name} and in another shard");
        }

        return file;
    }

    /// <summary>Reads which shard holds each tensor.</summary>
    private static Dictionary<string, string> ReadIndex(string directory)
    {
        var path = Path.Combine(directory, IndexFile);
        if (!File.Exists(path)) throw Error(directory, DescribeMissingWeights(directory));
        try
        {
            using var stream = new MemoryStream(RegularFile.Bytes(path, MaxIndexBytes));
            using var json = JsonDocument.Parse(stream, new() { MaxDepth = 8 });
            return ParseWeightMap(directory, json.RootElement);
        }
        catch (Exception e) when (
            e is JsonException or InvalidOperationException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            throw new ModelPackageException($"{path} is not an index of shards (an object with weight_map: tensor → file): {e.Message}", e);
        }
    }

    private static Dictionary<string, string> ParseWeightMap(string directory, JsonElement index)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in index.GetProperty("weight_map").EnumerateObject())
        {
            if (!map.TryAdd(entry.Name, RequirePlainName(directory, entry.Value.GetString()!)))
                throw Error(directory, $"{IndexFile} names tensor {SafeTensorsHeader.Quote(entry.Name)} twice");
        }

        var count = map.Values.Distinct(StringComparer.Ordinal).Count();
        return count is > 0 and <= MaxShards ? map
            : throw Error(directory, $"{IndexFile} names {count} files; 1 to {MaxShards} are supported");
    }

    /// <summary>Requires that a shard is a file of the directory itself: a downloaded index must not reach any other file.</summary>
    private static string RequirePlainName(string directory, string? name)
    {
        if (name is { Length: > 0 and <= MaxFileNameLength } && name.EndsWith(".safetensors", StringComparison.Ordinal) && name[0] != '.'
            && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
        {
            return name;
        }

        throw Error(directory, $"{IndexFile} names the file {SafeTensorsHeader.Quote(name ?? "")}; "
            + "only a plain name of this directory that ends in .safetensors is allowed");
    }

    private static string ResolveInside(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        if (name == SingleFile) return path; // the user chose the directory, and caches link their only file to another place
        var target = GetLinkTarget(path);
        return target is null || Path.GetDirectoryName(target) == Path.GetFullPath(Path.TrimEndingDirectorySeparator(directory))
            ? path
            : throw Error(directory, $"{name} is a link out of the directory; copy the checkpoint with its links resolved (cp -rL)");
    }

    private static string? GetLinkTarget(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName;
        }
        catch (IOException)
        {
            return null; // opening the file reports the reason
        }
    }

    private static string DescribeMissingWeights(string directory)
    {
        if (!Directory.Exists(directory)) return "there is no such directory";
        return PickleFiles.ListIn(directory) is { Count: > 0 } pickles
            ? $"the weights exist only as {string.Join(", ", pickles.Take(3))}. {PickleFiles.Advice}"
            : $"there is neither {SingleFile} nor {IndexFile}";
    }

    private static string ComputeFileSha256(string directory, string name) =>
        FileHash.ComputeSha256(ResolveInside(directory, name), e => Error(directory, $"{name} cannot be read: {e.Message}", e));

    private static ModelPackageException Error(string directory, string problem, Exception? inner = null) =>
        new($"{directory}: {problem}{(problem.EndsWith('.') ? "" : ".")}", inner);
}
