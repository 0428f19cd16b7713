using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Streaming.Files;

namespace StreamBert.Cli.Backtests.Sources;

/// <summary>The classification of a text as it is cached: without the text.</summary>
/// <param name="Key">The SHA-256 of the text, as hexadecimal digits.</param>
/// <param name="Heads">The predictions of the heads.</param>
/// <param name="Tokens">The number of tokens.</param>
/// <param name="UnknownTokens">The number of tokens that the vocabulary lacks.</param>
/// <param name="Truncated">Whether the text was longer than the model reads.</param>
/// <param name="Entities">The entities, without their text; null if the model has no head for them.</param>
/// <param name="Embedding">The projected embedding.</param>
internal sealed record CachedClassification(
    string Key, IReadOnlyDictionary<string, HeadPrediction> Heads, int Tokens, int UnknownTokens, bool Truncated,
    IReadOnlyList<Entity>? Entities, float[] Embedding);

/// <summary>
/// Stores classifications between backtests, one file per model, which its checksum names: a second backtest over the same texts reads them
/// instead of running the model. A line that a killed process left incomplete is ignored.
/// </summary>
internal sealed class ClassificationCache : IDisposable
{
    private const int ChecksumDigits = 32;

    private readonly Dictionary<string, CachedClassification> _known = [];
    private readonly StreamWriter _writer;

    /// <param name="directory">The directory of the caches.</param>
    /// <param name="model">The directory of the model package.</param>
    public ClassificationCache(string directory, string model)
    {
        PrivateFiles.CreateDirectory(directory);
        var path = Path.Combine(directory, $"{ChecksumOf(model)}.jsonl");
        if (File.Exists(path))
            Load(path);
        _writer = new(PrivateFiles.Open(path, FileMode.Append));
        _writer.WriteLine(); // ends an incomplete line
    }

    /// <summary>The directory of the caches of this user.</summary>
    public static string DefaultDirectory => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "streambert", "classifications");

    public static string KeyOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public CachedClassification? Find(string key) => _known.GetValueOrDefault(key);

    public void Add(CachedClassification classification)
    {
        if (_known.TryAdd(classification.Key, classification))
            _writer.WriteLine(JsonSerializer.Serialize(classification, CacheJson.Default.CachedClassification));
    }

    public void Dispose() => _writer.Dispose();

    /// <summary>Computes the checksum of all files of a model package.</summary>
    private static string ChecksumOf(string model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var file = RegularFile.Open(path);
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(model, path)));
            hash.AppendData(SHA256.HashData(file));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..ChecksumDigits];
    }

    private void Load(string path)
    {
        using var reader = new StreamReader(RegularFile.Open(path));
        while (reader.ReadLine() is { } line)
        {
            if (TryRead(line) is { } classification)
                _known[classification.Key] = classification;
        }
    }

    private static CachedClassification? TryRead(string line)
    {
        try
        {
            return line.Length == 0 ? null : JsonSerializer.Deserialize(line, CacheJson.Default.CachedClassification);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CachedClassification))]
internal sealed partial class CacheJson : JsonSerializerContext;
