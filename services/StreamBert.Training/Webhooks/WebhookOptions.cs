using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace StreamBert.Training.Webhooks;

/// <summary>A receiver of events about model versions. Bound from the section <c>Training:Webhooks:N</c>.</summary>
public sealed partial class WebhookOptions : IValidatableObject
{
    private const string SecretPrefix = "whsec_";

    /// <summary>The name of the receiver, of letters, digits and hyphens; another name receives the events of the last day again.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>The address to post to, with https, or http for tests.</summary>
    [Required]
    public Uri? Url { get; set; }

    /// <summary>
    /// The secret that signs messages: <c>whsec_</c> and base64 of 24 to 64 bytes. Set it in the environment or in a mounted file.
    /// </summary>
    [Required]
    public string Secret { get; set; } = "";

    /// <summary>Returns the bytes of the secret; null if it has another form.</summary>
    internal byte[]? DecodeSecret()
    {
        if (!Secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
            return null;
        var bytes = new byte[Secret.Length];
        return Convert.TryFromBase64String(Secret[SecretPrefix.Length..], bytes, out var count) && count is >= 24 and <= 64
            ? bytes[..count] : null;
    }

    /// <summary>Checks the name, the address and the secret, without showing the secret.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!NamePattern().IsMatch(Name))
            yield return new($"The name of a webhook is '{Name}'; give letters, digits and hyphens.", [nameof(Name)]);
        if (Url is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            yield return new($"The address of the webhook '{Name}' is '{Url}'; give one with https.", [nameof(Url)]);
        if (DecodeSecret() is null)
            yield return new($"The secret of the webhook '{Name}' must be whsec_ and base64 of 24 to 64 bytes.", [nameof(Secret)]);
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,62}$")]
    private static partial Regex NamePattern();
}
