using System.ComponentModel.DataAnnotations;
using StreamBert.Streaming.Webhooks;

namespace StreamBert.Training.Webhooks;

/// <summary>A receiver of events about model versions. Bound from the section <c>Training:Webhooks:N</c>.</summary>
public sealed class WebhookOptions : IValidatableObject
{
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
    internal byte[]? DecodeSecret() => WebhookRules.DecodeSecret(Secret);

    /// <summary>Checks the name, the address and the secret, without showing the secret.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!WebhookRules.IsName(Name))
            yield return new($"The name of a webhook is '{Name}'; give letters, digits and hyphens.", [nameof(Name)]);
        if (!WebhookRules.IsAddress(Url))
            yield return new($"The address of the webhook '{Name}' is '{Url}'; give one with https.", [nameof(Url)]);
        if (DecodeSecret() is null)
            yield return new($"The secret of the webhook '{Name}' must be {WebhookRules.SecretForm}.", [nameof(Secret)]);
    }
}
