using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Privacy.Keys;

namespace StreamBert.Training.Datasets.Stored;

/// <summary>
/// The data sets of training runs: <c>DIRECTORY/HASH/</c> with <c>rows.jsonl</c>, <c>manifest.json</c> and <c>versions</c>, the versions
/// that were trained on it, one per line. A data set is complete and immutable once it has its name, which is the hash of its content.
/// </summary>
/// <param name="directory">The directory of the data sets.</param>
/// <param name="keys">Opens the texts of subjects.</param>
public sealed class DatasetStore(string directory, SubjectKeys keys)
{
    private const string RowsFile = "rows.jsonl", ManifestFile = "manifest.json", VersionsFile = "versions", PartialSuffix = ".partial";
    private const long MaximumBytes = 1L << 30;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Returns the hash of rows whose texts are readable, whatever their order.</summary>
    public static string HashRows(IEnumerable<StoredLabel> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in rows.Select(static row => JsonSerializer.Serialize(row, Json)).Order(StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes(line + '\n'));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Writes a data set that a version is trained on, unless one of that content exists.</summary>
    /// <param name="manifest">The description, with the hash of the rows.</param>
    /// <param name="rows">The rows, each with the subject with whose key its text is sealed, or null to store it readable.</param>
    /// <param name="version">The version that is trained on it.</param>
    /// <param name="erasedKeys">
    /// The ids of the keys that were deleted before the texts were read: no text is stored of a subject that was erased since.
    /// </param>
    public void Write(
        DatasetManifest manifest, IReadOnlyList<(StoredLabel Row, string? Subject)> rows, string version, IReadOnlySet<Guid> erasedKeys)
    {
        var path = Path.Combine(directory, manifest.Hash);
        if (!Directory.Exists(path))
        {
            Remove(manifest.Hash + PartialSuffix);
            Directory.CreateDirectory(path + PartialSuffix);
            File.WriteAllLines(
                Path.Combine(path + PartialSuffix, RowsFile),
                Seal(rows, erasedKeys).Select(static row => JsonSerializer.Serialize(row, Json)));
            File.WriteAllText(Path.Combine(path + PartialSuffix, ManifestFile), JsonSerializer.Serialize(manifest, Json));
            Directory.Move(path + PartialSuffix, path);
        }
        if (!ReadVersions(path).Contains(version))
            File.AppendAllLines(Path.Combine(path, VersionsFile), [version]);
    }

    /// <summary>Returns all data sets, oldest first.</summary>
    public IReadOnlyList<DatasetManifest> List() => !Directory.Exists(directory) ? [] :
    [
        .. Directory.EnumerateDirectories(directory).Where(static path => !path.EndsWith(PartialSuffix, StringComparison.Ordinal))
            .Select(ReadManifest).OrderBy(static manifest => manifest.CreatedAt),
    ];

    /// <summary>Returns the data set whose hash begins with a prefix; null if there is none, or if there are several.</summary>
    public DatasetManifest? Find(string prefix) =>
        List().Where(manifest => manifest.Hash.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Take(2).ToList() is [var only]
            ? only : null;

    /// <summary>
    /// Reads the rows. A row has neither text nor seal if its subject was erased, and keeps its seal if the key is not available here.
    /// </summary>
    public IReadOnlyList<StoredLabel> ReadRows(string hash)
    {
        var rows = RegularFile.Lines(Path.Combine(directory, hash, RowsFile), MaximumBytes)
            .Select(static line => JsonSerializer.Deserialize<StoredLabel>(line, Json)!).ToList();
        var seals = rows.Select(static row => row.Sealed).OfType<byte[]>().ToList();
        if (seals.Count == 0)
            return rows;
        var lookup = keys.Find([.. seals.Select(static seal => SealCodec.KeyIdOf(seal)).OfType<Guid>().Distinct()]);
        return rows.ConvertAll(row => Open(row, lookup));
    }

    /// <summary>Removes the data sets that only versions were trained on which do not exist any more.</summary>
    public void RemoveUnused(string model, IReadOnlySet<string> existingVersions)
    {
        foreach (var manifest in List().Where(manifest => manifest.Model == model && !manifest.Versions.Any(existingVersions.Contains)))
            Remove(manifest.Hash);
    }

    private void Remove(string name)
    {
        if (Directory.Exists(Path.Combine(directory, name)))
            Directory.Delete(Path.Combine(directory, name), recursive: true);
    }

    private static DatasetManifest ReadManifest(string path) =>
        JsonSerializer.Deserialize<DatasetManifest>(RegularFile.Text(Path.Combine(path, ManifestFile), MaximumBytes), Json)! with
        {
            Versions = ReadVersions(path),
        };

    private static string[] ReadVersions(string path) =>
        File.Exists(Path.Combine(path, VersionsFile)) ? [.. RegularFile.Lines(Path.Combine(path, VersionsFile), MaximumBytes)] : [];

    private IEnumerable<StoredLabel> Seal(IReadOnlyList<(StoredLabel Row, string? Subject)> rows, IReadOnlySet<Guid> erasedKeys)
    {
        var subjects = rows.Select(static row => row.Subject).OfType<string>().Distinct().ToList();
        var known = subjects.Count == 0 ? new Dictionary<string, SubjectKey>() : keys.GetOrCreate(subjects);
        // After the keys are known: what is sealed with them cannot be opened if the subject is erased from now on.
        var erased = subjects.Where(subject => !keys.FindErased(keys.Digest(subject)).Keys.IsSubsetOf(erasedKeys)).ToHashSet();
        return rows.Select(row => row is not { Subject: { } subject, Row.Text: { } text } ? row.Row : row.Row with
        {
            Text = null,
            Sealed = erased.Contains(subject) ? null
                : SealCodec.Seal(known[subject], Encoding.UTF8.GetBytes(text), AssociatedData(row.Row)),
        });
    }

    private static StoredLabel Open(StoredLabel row, KeyLookup lookup)
    {
        if (row.Sealed is not { } seal || SealCodec.KeyIdOf(seal) is not { } id)
            return row;
        if (!lookup.Keys.TryGetValue(id, out var key))
            return lookup.Erased.Contains(id) ? row with { Sealed = null } : row;
        return SealCodec.Open(key, seal, AssociatedData(row)) is { } plain
            ? row with { Text = Encoding.UTF8.GetString(plain), Sealed = null } : row;
    }

    /// <summary>Binds a seal to its row: a seal that was moved to another label does not open.</summary>
    private static byte[] AssociatedData(StoredLabel row) => Encoding.UTF8.GetBytes($"{row.Head}\n{row.Label}\n{row.OccurredAt:O}");
}
