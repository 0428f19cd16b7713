using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace StreamBert.Streaming.Alerts;

/// <summary>
/// The addresses of alerts on the dashboard, and signed addresses by which whoever has the message acknowledges or silences an alert
/// without signing in. Following a signed link only asks for confirmation, so that a preview of the message does nothing.
/// </summary>
public sealed class AlertLinks(IOptions<AlertLinkOptions> options, TimeProvider time)
{
    /// <summary>The action of links that acknowledge an alert.</summary>
    public const string AcknowledgeAction = "acknowledge";

    /// <summary>The action of links that silence the series of an alert.</summary>
    public const string SilenceAction = "silence";

    private const string ActionPath = "alert-actions";

    private readonly AlertLinkOptions _options = options.Value;

    /// <summary>Returns the address of an alert on the dashboard; null if no address of the dashboard is configured.</summary>
    public Uri? ToAlert(string alertId) => Resolve($"alerts/{Uri.EscapeDataString(alertId)}");

    /// <summary>Returns the signed address of an action on an alert; null if no secret is configured.</summary>
    /// <param name="action">One of the actions above.</param>
    /// <param name="alertId">The id of the alert.</param>
    public Uri? To(string action, string alertId)
    {
        if (_options.Secret.Length == 0)
            return null;
        var expires = time.GetUtcNow().Add(_options.Lifetime).ToUnixTimeSeconds();
        return Resolve(string.Create(
            CultureInfo.InvariantCulture,
            $"{ActionPath}/{action}?alert={Uri.EscapeDataString(alertId)}&expires={expires}&signature={Sign(action, alertId, expires)}"));
    }

    /// <summary>Tells whether a link was signed here and has not expired.</summary>
    /// <param name="action">The action in its address.</param>
    /// <param name="alertId">The alert in its address.</param>
    /// <param name="expires">When it expires, in seconds since 1970.</param>
    /// <param name="signature">Its signature.</param>
    public bool IsValid(string action, string alertId, long expires, string signature) => _options.Secret.Length > 0
        && expires > time.GetUtcNow().ToUnixTimeSeconds()
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Sign(action, alertId, expires)));

    private string Sign(string action, string alertId, long expires) => Convert.ToHexStringLower(HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(_options.Secret),
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{action}\n{alertId}\n{expires}"))));

    private Uri? Resolve(string path) => _options.DashboardUrl is not { } dashboard ? null
        : new(new Uri(dashboard.AbsoluteUri.TrimEnd('/') + "/"), path);
}
