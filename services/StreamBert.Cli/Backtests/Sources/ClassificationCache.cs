using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Cli.Errors;
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
/// Stores classifications between backtests, one SQLite file per model, which its checksum names: a second backtest over the same texts
/// reads them instead of running the model. Memory holds none of them but those of one batch, and the page cache of SQLite. Processes may
/// share the file.
/// </summary>
internal sealed class ClassificationCache : IDisposable
{
    private const int ChecksumDigits = 32;
    private const int PageCacheKib = 8 * 1024;

    private readonly SqliteFile _file;

    /// <param name="directory">The directory of the caches.</param>
    /// <param name="model">The directory of the model package.</param>
    /// <exception cref="CliException">The file is damaged.</exception>
    public ClassificationCache(string directory, string model)
    {
        PrivateFiles.CreateDirectory(directory);
        var path = Path.Combine(directory, $"{ChecksumOf(model)}.sqlite");
        PrivateFiles.Create(path);
        try
        {
            _file = new(path);
            _file.Execute($"PRAGMA cache_size = -{PageCacheKib}");
            _file.Execute("CREATE TABLE IF NOT EXISTS classifications (key BLOB PRIMARY KEY, value BLOB NOT NULL)");
        }
        catch (DbException e) when (SqliteFile.IsDamage(e))
        {
            _file?.Dispose();
            throw new CliException($"The cache '{path}' is damaged; delete it, and the texts are classified again. ({e.Message})", e);
        }
    }

    /// <summary>The directory of the caches of this user.</summary>
    public static string DefaultDirectory => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "streambert", "classifications");

    public static string KeyOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Reads the known classifications of a batch of texts.</summary>
    /// <param name="keys">The keys, each once or several times.</param>
    public Dictionary<string, CachedClassification> Find(IEnumerable<string> keys)
    {
        var found = new Dictionary<string, CachedClassification>();
        _file.Snapshot(() =>
        {
            foreach (var key in keys.Where(key => !found.ContainsKey(key)))
            {
                if (_file.Query("SELECT value FROM classifications WHERE key = $p0", Read, Convert.FromHexString(key)) is [var known])
                    found[key] = known;
            }
        });
        return found;
    }

    /// <summary>Stores classifications; those whose text is known stay as they are.</summary>
    public void Add(IReadOnlyCollection<CachedClassification> classifications)
    {
        if (classifications.Count == 0)
            return;
        _file.Transaction(() =>
        {
            foreach (var classification in classifications)
            {
                _file.Execute(
                    "INSERT OR IGNORE INTO classifications (key, value) VALUES ($p0, $p1)", Convert.FromHexString(classification.Key),
                    JsonSerializer.SerializeToUtf8Bytes(classification, CacheJson.Default.CachedClassification));
            }
        });
    }

    public void Dispose() => _file.Dispose();

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

    private static CachedClassification Read(DbDataReader row) =>
        JsonSerializer.Deserialize((byte[])row[0], CacheJson.Default.CachedClassification)!;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CachedClassification))]
internal sealed partial class CacheJson : JsonSerializerContext;
