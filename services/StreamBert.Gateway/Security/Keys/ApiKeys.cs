using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using StreamBert.Gateway.Identity;
using StreamBert.Streaming.Settings;

namespace StreamBert.Gateway.Security.Keys;

/// <summary>
/// Holds the configured keys as SHA-256 hashes. A plain hash suffices, because keys of 256 random bits cannot be guessed from it.
/// </summary>
public sealed partial class ApiKeys
{
    private const string Prefix = "sb_";
    private const int Bytes = 32;
    private const int MinKeyLength = 32;
    private readonly Lock _gate = new();
    private volatile IReadOnlyList<ApiKey> _keys;

    /// <exception cref="ConfigurationException">A key has an invalid name, role or secret, or two keys have the same name or
    /// secret.</exception>
    public ApiKeys(IReadOnlyList<ApiKeyOptions> keys) => _keys = Read(keys);

    public bool IsEmpty => _keys.Count == 0;

    /// <summary>Replaces the keys. Sessions and connections of a key that was removed, renamed or given other roles end at once.</summary>
    /// <returns>The names of the removed keys.</returns>
    /// <exception cref="ConfigurationException">See the constructor; the keys are then unchanged.</exception>
    internal IReadOnlyList<string> Replace(IReadOnlyList<ApiKeyOptions> keys)
    {
        var given = Read(keys);
        List<ApiKey> ended;
        lock (_gate)
        {
            var before = _keys;
            _keys = [.. given.Select(key => before.FirstOrDefault(key.IsSame) ?? key)];
            ended = [.. before.Where(key => !_keys.Contains(key))];
        }
        ended.ForEach(static key => key.End.Cancel());
        return [.. ended.Select(static key => key.Name)];
    }

    /// <summary>Lists the names and roles of the keys that are accepted now, by name.</summary>
    internal IReadOnlyList<(string Name, IReadOnlyList<string> Roles)> List() =>
        [.. _keys.Select(static key => (key.Name, key.RoleNames)).OrderBy(static key => key.Name, StringComparer.Ordinal)];

    /// <summary>Gets a token that is cancelled when the key with this id is removed; it is already cancelled if there is none.</summary>
    internal CancellationToken GetEnd(string id) => _keys.FirstOrDefault(key => key.Id == id)?.End.Token ?? new(canceled: true);

    /// <summary>Creates a key of 256 random bits.</summary>
    /// <returns>The key, which is shown only once, and its entry for <c>Gateway:ApiKeys</c>, which has only the hash.</returns>
    public static (string Key, ApiKeyOptions Entry) Create(string name, IEnumerable<string> roles)
    {
        var key = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        var entry = new ApiKeyOptions { Name = name, KeyHash = Convert.ToHexStringLower(Hash(key)) };
        foreach (var role in roles)
            entry.Roles.Add(role);
        _ = new ApiKeys([entry]); // A key that would be rejected is not created.
        return (key, entry);
    }

    /// <summary>Whether a text is a key or looks like one, so that it must not be written anywhere.</summary>
    internal bool IsSecret(string? text)
        => text?.Length >= MinKeyLength && (text.StartsWith(Prefix, StringComparison.Ordinal) || Find(text) is not null);

    /// <summary>Finds the holder of a key; null if it is unknown. It compares all hashes, each in constant time.</summary>
    internal ClaimsPrincipal? Find(string key)
    {
        var hash = Hash(key);
        ClaimsPrincipal? found = null;
        foreach (var known in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(known.Hash, hash))
                found = known.Holder;
        }

        return found;
    }

    private static List<ApiKey> Read(IReadOnlyList<ApiKeyOptions> keys)
    {
        var read = new List<ApiKey>();
        foreach (var (index, key) in keys.Index())
        {
            var at = $"{GatewayOptions.Section}:{nameof(GatewayOptions.ApiKeys)}:{index}";
            if (!NamePattern().IsMatch(key.Name))
                throw new ConfigurationException($"{at}:Name is '{key.Name}'; give 1 to 64 letters, digits, '.', '_', '@' and '-'.");
            if (key.Roles.Count == 0 || key.Roles.FirstOrDefault(static role => !Roles.All.Contains(role)) is not null)
            {
                throw new ConfigurationException(
                    $"{at}:Roles ('{key.Name}') is '{string.Join(", ", key.Roles)}'; give at least one of {string.Join(", ", Roles.All)}.");
            }

            var hash = HashOf(key, at);
            if (read.Any(other => other.Name == key.Name || other.Hash.AsSpan().SequenceEqual(hash)))
                throw new ConfigurationException($"{at} ('{key.Name}') has the name or the secret of another key; each must be unique.");
            read.Add(new(hash, key.Name, [.. key.Roles.Distinct().Order(StringComparer.Ordinal)]));
        }
        return read;
    }

    private static byte[] HashOf(ApiKeyOptions key, string at)
    {
        if (string.IsNullOrEmpty(key.Key) == string.IsNullOrEmpty(key.KeyHash))
        {
            throw new ConfigurationException($"{at} ('{key.Name}') requires either KeyHash or Key; create them with 'streambert keys "
                + "new'.");
        }

        if (!string.IsNullOrEmpty(key.Key))
        {
            return key.Key.Length >= MinKeyLength
                ? Hash(key.Key)
                : throw new ConfigurationException($"{at}:Key ('{key.Name}') is shorter than {MinKeyLength} characters and could be "
                    + "guessed; create one with 'streambert keys new'.");
        }

        return HashPattern().IsMatch(key.KeyHash!)
            ? Convert.FromHexString(key.KeyHash!)
            : throw new ConfigurationException(
                $"{at}:KeyHash ('{key.Name}') is not a SHA-256 hash of 64 hexadecimal digits; 'streambert keys new' prints one.");
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private sealed class ApiKey(byte[] hash, string name, IReadOnlyList<string> roles)
    {
        public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        public byte[] Hash => hash;
        public string Name => name;
        public CancellationTokenSource End { get; } = new();
        public ClaimsPrincipal Holder => field ??= Actor.Key(name, roles).WithCredential(CredentialClaims.KeyClaim, Id);

        public bool IsSame(ApiKey other)
            => name == other.Name && hash.AsSpan().SequenceEqual(other.Hash) && roles.SequenceEqual(other.RoleNames);

        public IReadOnlyList<string> RoleNames => roles;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[0-9A-Fa-f]{64}$")]
    private static partial Regex HashPattern();
}
