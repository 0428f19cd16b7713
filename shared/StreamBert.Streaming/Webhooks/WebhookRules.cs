using System.Text.RegularExpressions;

namespace StreamBert.Streaming.Webhooks;

/// <summary>The rules for the settings of receivers that are called over HTTP.</summary>
public static partial class WebhookRules
{
    /// <summary>The form of a secret, in words.</summary>
    public const string SecretForm = "whsec_ and base64 of 24 to 64 bytes";

    private const string SecretPrefix = "whsec_";

    /// <summary>Tells whether a name consists of letters, digits and hyphens, 63 at most.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name);

    /// <summary>Tells whether an address is absolute and has the scheme http or https.</summary>
    public static bool IsAddress(Uri? url) => url is { IsAbsoluteUri: true, Scheme: "http" or "https" };

    /// <summary>Returns the bytes of a secret; null if it does not have the <see cref="SecretForm"/>.</summary>
    public static byte[]? DecodeSecret(string secret)
    {
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
            return null;
        var bytes = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[SecretPrefix.Length..], bytes, out var count) && count is >= 24 and <= 64
            ? bytes[..count] : null;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,62}$")]
    private static partial Regex NamePattern();
}
