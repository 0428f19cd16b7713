using System.Text.RegularExpressions;

namespace StreamBert.Streaming.Hosting.Logging;

/// <summary>
/// Masks API keys and tokens in log messages, whichever library writes them: a key in a path or a header name would otherwise be logged by
/// the web server, its routing and
/// StreamBert. What looks like a key of ours or a JSON Web Token is masked, and so is what a service
/// recognizes as a secret.
/// </summary>
public sealed partial class SecretMask
{
    /// <summary>The text that replaces a secret.</summary>
    public const string Masked = "***";

    /// <summary>Shorter texts cannot be secrets; examining them would cost more than all other work of logging.</summary>
    private const int ShortestSecret = 32;

    private volatile Func<string, bool> _isSecret = static _ => false;

    /// <summary>Also masks what the service recognizes as a secret.</summary>
    public void Recognize(Func<string, bool> isSecret) => _isSecret = isSecret;

    /// <returns>The text with its secrets masked; the same instance if there are none.</returns>
    public string Apply(string text)
    {
        if (text.Length < ShortestSecret) return text;
        var masked = Form().IsMatch(text) ? Form().Replace(text, Masked) : text;
        return Word().Replace(masked, word => IsSecret(word.Value) ? Masked : word.Value) is var all && all == text ? text : all;
    }

    /// <summary>Also in the form in which an address holds it.</summary>
    private bool IsSecret(
        string word) => _isSecret(word) || word.Contains('%', StringComparison.Ordinal) && Uri.UnescapeDataString(word) is var plain
            && (Form().IsMatch(plain) || _isSecret(plain));

    /// <summary>A key of ours (<c>sb_</c> and random characters), or the header and payload of a JSON Web Token.</summary>
    [GeneratedRegex(@"sb_[A-Za-z0-9_\-]{20,}|eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*(\.[A-Za-z0-9_\-]*)?")]
    private static partial Regex Form();

    [GeneratedRegex(@"[A-Za-z0-9_\-+.~%]{32,}")]
    private static partial Regex Word();
}
