using System.ComponentModel.DataAnnotations;
using System.Text;

namespace StreamBert.Streaming.Alerts;

/// <summary>
/// How messages about alerts link to the dashboard. Bound from the section <c>AlertLinks</c>; the same for Alerting and the Gateway.
/// </summary>
public sealed class AlertLinkOptions : IValidatableObject
{
    /// <summary>The name of the section.</summary>
    public const string Section = "AlertLinks";

    /// <summary>The fewest bytes of a secret.</summary>
    private const int MinSecretBytes = 32;

    /// <summary>
    /// The address of the dashboard as its readers reach it, such as <c>https://streambert.example</c>. Default: none, and messages have no
    /// links.
    /// </summary>
    public Uri? DashboardUrl { get; set; }

    /// <summary>
    /// The secret that signs the links by which a reader acknowledges or silences without signing in, of at least 32 bytes. Set it in the
    /// environment or in a mounted file. Default: none, and messages link to the dashboard only.
    /// </summary>
    public string Secret { get; set; } = "";

    /// <summary>How long a signed link can be used. Default: a day.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Checks the address and the secret, without showing the secret.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (DashboardUrl is not null and not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            yield return new($"AlertLinks:DashboardUrl is '{DashboardUrl}'; give an address with https.", [nameof(DashboardUrl)]);
        if (Secret.Length > 0 && Encoding.UTF8.GetByteCount(Secret) < MinSecretBytes)
            yield return new($"AlertLinks:Secret has fewer than {MinSecretBytes} bytes.", [nameof(Secret)]);
    }
}
