using Microsoft.Extensions.Options;
using StreamBert.Alerting.Receivers;

namespace StreamBert.Alerting;

/// <summary>Who receives messages about alerts, and when. Bound from the section <c>Alerting</c>.</summary>
public sealed class AlertingOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Alerting";

    /// <summary>Where messages are sent. Default: nowhere; alerts are on the dashboard and in the API only.</summary>
    [ValidateEnumeratedItems]
    public IList<ReceiverOptions> Receivers { get; init; } = [];
}

[OptionsValidator]
internal sealed partial class AlertingOptionsValidator : IValidateOptions<AlertingOptions>;
