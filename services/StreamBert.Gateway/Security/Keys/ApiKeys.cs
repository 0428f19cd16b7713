using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using StreamBert.Gateway.Identity;
using StreamBert.Streaming.Settings;

namespace StreamBert.Gateway.Security.Keys;

/// <summary>
/// The configured keys, kept as SHA-256 hashes: that suffices for keys of 256 random bits, which nobody can guess from a hash.
/// </summary>
public sealed partial class ApiKeys
{
    private const string Prefix = "sb_";
    private const int Bytes = 32;
    private const int ShortestKey = 32;
    private readonly Lock _gate = new();
    private volatile IReadOnlyList<ApiKey> _keys;

    /// <exception cref="ConfigurationException">A key has no usable name, role or secret, or two have the same name or secret.</exception>
    public ApiKeys(IReadOnlyList<ApiKeyOptions> keys) => _keys = Read(keys);

    public bool IsEmpty => _keys.Count == 0;

    /// <summary>
    /// Takes other keys in place of these. What was done with a key that is gone, or that has another name or other roles now, ends at
    /// once.
    /// </summary>
    /// <returns>The names of the keys that have ended.</returns>
    /// <exception cref="ConfigurationException">As of the constructor; then everything stays as it is.</exception>
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

    /// <summary>Cancelled when the key of this id ends, and if there is none.</summary>
    internal CancellationToken EndOf(string id) => _keys.FirstOrDefault(key => key.Id == id)?.End.Token ?? new(canceled: true);

    /// <summary>Makes a key of 256 random bits.</summary>
    /// <returns>The key, which is shown once, and its entry for <c>Gateway:ApiKeys</c>, which holds only the hash.</returns>
    public static (string Key, ApiKeyOptions Entry) Create(string name, IEnumerable<string> roles)
    {
        var key = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        var entry = new ApiKeyOptions { Name = name, KeyHash = Convert.ToHexStringLower(Hash(key)) };
        foreach (var role in roles)
            entry.Roles.Add(role);
        _ = new ApiKeys([entry]); // what would not be taken in is not given out
        return (key, entry);
    }

    /// <summary>Whether a text is a key or has the form of one, so that it must not be written anywhere.</summary>
    internal bool IsSecret(string? text)
        => text?.Length >= ShortestKey && (text.StartsWith(Prefix, StringComparison.Ordinal) || Find(text) is not null);

    /// <summary>Who holds the key; null if it is none of these. Every hash is compared, each in constant time.</summary>
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
                throw new ConfigurationException($"{at} ('{key.Name}') has the name or the secret of another key; each needs its own.");
            read.Add(new(hash, key.Name, [.. key.Roles.Distinct().Order(StringComparer.Ordinal)]));
        }
        return read;
    }

    private static byte[] HashOf(ApiKeyOptions key, string at)
    {
        if (string.IsNullOrEmpty(key.Key) == string.IsNullOrEmpty(key.KeyHash))
            throw new ConfigurationException($"{at} ('{key.Name}') needs either KeyHash or Key; make both with 'streambert keys new'.");
        if (!string.IsNullOrEmpty(key.Key))
        {
            return key.Key.Length >= ShortestKey
                ? Hash(key.Key)
                : throw new ConfigurationException($"{at}:Key ('{key.Name}') is shorter than {ShortestKey} characters and could be guessed; make one with 'streambert keys new'.");
        }

        return HashPattern().IsMatch(key.KeyHash!)
            ? Convert.FromHexString(key.KeyHash!)
            : throw new ConfigurationException(
                $"{at}:KeyHash ('{key.Name}') is no SHA-256 in 64 hexadecimal digits; 'streambert keys new' prints one.");
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private sealed class ApiKey(byte[] hash, string name, IReadOnlyList<string> roles)
    {
        public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        public byte[] Hash => hash;
        public string Name => name;
        public CancellationTokenSource End { get; } = new();
        public ClaimsPrincipal Holder => field ??= Actor.Key(name, roles).LetInBy(CredentialClaims.KeyClaim, Id);

        public bool IsSame(ApiKey other)
            => name == other.Name && hash.AsSpan().SequenceEqual(other.Hash) && roles.SequenceEqual(other.RoleNames);

        private IReadOnlyList<string> RoleNames => roles;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[0-9A-Fa-f]{64}$")]
    private static partial Regex HashPattern();
}
