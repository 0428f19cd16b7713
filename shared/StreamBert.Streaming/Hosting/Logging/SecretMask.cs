using System.Text.RegularExpressions;

namespace StreamBert.Streaming.Hosting.Logging;

/// <summary>
/// Keeps API keys and tokens out of log messages, whoever writes these: a key that somebody puts into a path or a header name would
/// otherwise stand in the lines of
/// the web server, of its routing, and of ours. What looks like a key of ours or a JSON Web Token is masked, and so is what a service
/// recognizes as a secret.
/// </summary>
public sealed partial class SecretMask
{
    public const string Masked = "***";

    /// <summary>Shorter texts are no secrets; looking for them would cost more than all other work of logging.</summary>
    private const int ShortestSecret = 32;

    private volatile Func<string, bool> _isSecret = static _ => false;

    /// <summary>Masks also what the service knows to be a secret.</summary>
    public void Recognize(Func<string, bool> isSecret) => _isSecret = isSecret;

    /// <returns>The same instance if there is nothing to mask.</returns>
    public string Apply(string text)
    {
        if (text.Length < ShortestSecret) return text;
        var masked = Form().IsMatch(text) ? Form().Replace(text, Masked) : text;
        return Word().Replace(masked, word => IsSecret(word.Value) ? Masked : word.Value) is var all && all == text ? text : all;
    }

    /// <summary>Also in the form in which an address holds it.</summary>
    private bool IsSecret(
        string word) => _isSecret(word) || word.Contains('%', StringComparison.Ordinal) && Uri.UnescapeDataString(word) is var plain && (Form().IsMatch(plain) || _isSecret(plain));

    /// <summary>A key of ours (<c>sb_</c> and random characters), or the header and payload of a JSON Web Token.</summary>
    [GeneratedRegex(@"sb_[A-Za-z0-9_\-]{20,}|eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*(\.[A-Za-z0-9_\-]*)?")]
    private static partial Regex Form();

    [GeneratedRegex(@"[A-Za-z0-9_\-+.~%]{32,}")]
    private static partial Regex Word();
}
