using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Settings;

namespace StreamBert.Privacy.Keys;

/// <summary>
/// Manages one key per subject: deleting the key makes every text sealed with it unreadable, wherever its copies are. The file holds
/// digests of the
/// subjects (HMAC-SHA256 under a random salt), not their names. Keys are not cached. Thread-safe; the file is created when it is first
/// needed.
/// </summary>
public sealed class SubjectKeys(IOptions<SubjectKeyOptions> options, Readiness? readiness = null) : IDisposable
{
    private const int KeyBytes = 32;
    private const string Component = "keys";

    private readonly Lock _gate = new();
    private KeyFile? _file;
    private byte[] _salt = [];
    private SubjectKey? _master;

    /// <summary>Whether the file exists already; every other call creates it.</summary>
    public bool FileExists => File.Exists(Path.Combine(options.Value.Directory, KeyFile.Name))
        || File.Exists(Path.Combine(options.Value.Directory, KeyDirectory.MarkerName));

    /// <summary>Whether the last use of the file found damage.</summary>
    public bool AreDamaged { get; private set; }

    /// <summary>Opens the file, if it is not open, and checks all of it.</summary>
    /// <exception cref="KeysDamagedException">The file is damaged or missing.</exception>
    public void Check() => Use(static _ => true);

    /// <summary>Computes the digest that identifies a subject in the audit log and in proofs, in lower-case hexadecimal.</summary>
    public string Digest(string subject) => Use(_ => Convert.ToHexStringLower(DigestOf(subject)));

    /// <summary>Computes the pseudonym of a name that may not be stored; see <see cref="Keys.Pseudonym"/>.</summary>
    public string Pseudonym(string name) => Use(_ => Keys.Pseudonym.Of(DigestOf(name)));

    /// <summary>Computes the pseudonym of a name that is not text.</summary>
    internal string Pseudonym(byte[] name) => Use(_ => Keys.Pseudonym.Of(HMACSHA256.HashData(_salt, name)));

    /// <summary>Returns the keys of subjects, and creates those that do not exist.</summary>
    public IReadOnlyDictionary<string, SubjectKey> GetOrCreate(IReadOnlyCollection<string> subjects) => Use(file =>
    {
        var keys = new Dictionary<string, SubjectKey>();
        file.Snapshot(() => Find(file, subjects, keys));
        if (keys.Count < subjects.Count)
        {
            file.Transaction(() =>
            {
                Find(file, subjects, keys); // another process may have created it in between
                foreach (var subject in subjects.Where(subject => !keys.ContainsKey(subject)))
                    keys[subject] = Create(file, DigestOf(subject));
            });
        }

        return (IReadOnlyDictionary<string, SubjectKey>)keys;
    });

    /// <summary>Finds the keys of ids, all as of one moment.</summary>
    public KeyLookup Find(IReadOnlyCollection<Guid> ids) => Use(file =>
    {
        var (keys, erased) = (new Dictionary<Guid, SubjectKey>(), new HashSet<Guid>());
        file.Snapshot(() =>
        {
            foreach (var id in ids)
            {
                if (file.Query("SELECT key FROM keys WHERE id = $p0", static row => (byte[])row[0], id.ToByteArray()) is [var stored])
                    keys[id] = Unwrap(id, stored);
                else if (file.Query("SELECT 1 FROM erased WHERE id = $p0", static row => row.GetInt64(0), id.ToByteArray()).Count > 0)
                    erased.Add(id);
            }
        });
        return new KeyLookup(keys, erased);
    });

    /// <summary>
    /// Deletes the subject's key. When it returns, the key is neither in the file nor in a journal beside it: the file is rewritten. A
    /// subject who writes again gets another key. If there is no key, but one was deleted before, the time of the deletion becomes the
    /// present one: what was stored without a key in between is erased, too.
    /// </summary>
    /// <returns>Whether the subject had a key.</returns>
    public bool Erase(string subject, DateTimeOffset now) => Use(file =>
    {
        var digest = DigestOf(subject);
        var deleted = 0;
        file.Transaction(() =>
        {
            file.Execute("INSERT INTO erased SELECT id, digest, $p1 FROM keys WHERE digest = $p0", digest, now.ToUnixTimeMilliseconds());
            foreach (var (id, key) in file.Query(
                "SELECT id, key FROM keys WHERE digest = $p0",
                static row => ((byte[])row[0], (byte[])row[1]),
                digest))
            {
                file.UpdateChecksum("k", digest, id, key);
                file.UpdateChecksum("e", id, digest, now.ToUnixTimeMilliseconds());
            }
            deleted = file.Execute("DELETE FROM keys WHERE digest = $p0", digest);
            if (deleted == 0)
                RenewErasure(file, digest, now);
        });
        file.Execute("VACUUM"); // even if there was no key: an earlier call may have failed here
        return deleted > 0;
    });

    private static void RenewErasure(KeyFile file, byte[] digest, DateTimeOffset now)
    {
        foreach (var (id, at) in file.Query(
            "SELECT id, at FROM erased WHERE digest = $p0", static row => ((byte[])row[0], row.GetInt64(1)), digest))
        {
            file.UpdateChecksum("e", id, digest, at);
            file.UpdateChecksum("e", id, digest, now.ToUnixTimeMilliseconds());
        }
        file.Execute("UPDATE erased SET at = $p1 WHERE digest = $p0", digest, now.ToUnixTimeMilliseconds());
    }

    /// <summary>Returns the ids of all keys that were deleted.</summary>
    public IReadOnlySet<Guid> ListErased() => Use(static file =>
        (IReadOnlySet<Guid>)file.Query("SELECT id FROM erased", static row => new Guid((byte[])row[0])).ToHashSet());

    /// <summary>Finds the ids of the keys that were deleted for a digest, and the time of the last deletion.</summary>
    public (IReadOnlySet<Guid> Keys, DateTimeOffset? At) FindErased(string digest) => Use(file =>
    {
        var rows = file.Query(
            "SELECT id, at FROM erased WHERE digest = $p0",
            static row => (Id: new Guid((byte[])row[0]), At: row.GetInt64(1)),
            Convert.FromHexString(digest));
        return ((IReadOnlySet<Guid>)rows.Select(static row => row.Id).ToHashSet(), rows.Count == 0
            ? (DateTimeOffset?)null
            : DateTimeOffset.FromUnixTimeMilliseconds(rows.Max(static row => row.At)));
    });

    /// <summary>
    /// Copies the keys of a directory as of this moment, also while a process uses them; they stay encrypted by the master key, if
    /// there is one.
    /// </summary>
    /// <returns>False if the directory has no keys.</returns>
    public static bool Copy(string directory, string target)
    {
        var file = Path.Combine(directory, KeyFile.Name);
        if (!File.Exists(file))
            return false;
        PrivateFiles.CreateDirectory(target);
        try
        {
            SqliteFile.Copy(file, Path.Combine(target, KeyFile.Name));
            return true;
        }
        catch (DbException e)
        {
            throw new IOException($"The keys in '{file}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file?.Dispose();

    private T Use<T>(Func<KeyFile, T> work)
    {
        lock (_gate)
        {
            try
            {
                var answer = work(_file ??= Open());
                AreDamaged = false;
                readiness?.Recover(Component);
                return answer;
            }
            catch (Exception e) when (Damage(e) is { } damage)
            {
                _file?.Dispose();
                (_file, AreDamaged) = (null, true);
                readiness?.Degrade(Component, damage.Message, KeysDamagedException.Remedy);
                throw damage;
            }
        }
    }

    private KeysDamagedException? Damage(Exception e) => e switch
    {
        KeysDamagedException damaged => damaged,
        _ when SqliteFile.IsDamage(e) => new(FileName, e.Message, e),
        InvalidCastException or FormatException or ArgumentException or UnauthorizedAccessException or (
            IOException and not NotRegularFileException) => new(FileName, e.Message, e),
        _ => null,
    };

    private string FileName => Path.Combine(options.Value.Directory, KeyFile.Name);

    private KeyFile Open()
    {
        var file = new KeyFile(options.Value.Directory);
        try
        {
            file.Transaction(() => _salt = Setting(file, "salt", static () => RandomNumberGenerator.GetBytes(KeyBytes)));
            _master = options.Value.MasterKey is { Length: > 0 } master ? new(Guid.Empty, Convert.FromBase64String(master)) : null;
            file.Transaction(() => CheckMaster(Setting(file, "master", () => _master is null ? [0] : SealCodec.Seal(_master, _salt, []))));
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static byte[] Setting(KeyFile file, string name, Func<byte[]> make)
    {
        if (file.Query("SELECT value FROM settings WHERE name = $p0", static row => (byte[])row[0], name) is [var known])
            return known;
        var value = make();
        file.Execute("INSERT INTO settings VALUES ($p0, $p1)", name, value);
        file.UpdateChecksum("s", name, value);
        return value;
    }

    private void CheckMaster(byte[] proof)
    {
        var isRight = _master is null ? proof is [0] : proof.Length > 1 && SealCodec.Open(_master, proof, []) is not null;
        if (!isRight)
        {
            throw new ConfigurationException($"The keys in '{options.Value.Directory}' were created "
                + $"{(proof is [0] ? "without a master key" : "under another Privacy:MasterKey")}; set it as it was, or use another "
                + "Privacy:Directory.");
        }
    }

    private void Find(KeyFile file, IEnumerable<string> subjects, Dictionary<string, SubjectKey> keys)
    {
        foreach (var subject in subjects.Where(subject => !keys.ContainsKey(subject)))
        {
            if (file.Query(
                "SELECT id, key FROM keys WHERE digest = $p0",
                static row => (Id: new Guid((byte[])row[0]), Key: (byte[])row[1]),
                DigestOf(subject)) is [var (id, key)])
            {
                keys[subject] = Unwrap(id, key);
            }
        }
    }

    private SubjectKey Create(KeyFile file, byte[] digest)
    {
        var key = new SubjectKey(Guid.NewGuid(), RandomNumberGenerator.GetBytes(KeyBytes));
        var stored = _master is null ? key.Bytes : SealCodec.Seal(_master, key.Bytes, key.Id.ToByteArray());
        file.Execute("INSERT INTO keys VALUES ($p0, $p1, $p2)", digest, key.Id.ToByteArray(), stored);
        file.UpdateChecksum("k", digest, key.Id.ToByteArray(), stored);
        return key;
    }

    private SubjectKey Unwrap(Guid id, byte[] stored) =>
        new(id, _master is null ? stored : SealCodec.Open(_master, stored, id.ToByteArray())
        ?? throw new ConfigurationException(
            $"A key in '{options.Value.Directory}' cannot be decrypted with this Privacy:MasterKey; the file was changed."));

    /// <summary>Computes the digest of a subject; a subject and its pseudonym have the same digest, and therefore the same key.</summary>
    private byte[] DigestOf(string subject)
        => Keys.Pseudonym.DigestOf(subject) ?? HMACSHA256.HashData(_salt, Encoding.UTF8.GetBytes(subject));
}
