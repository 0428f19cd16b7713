using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamBert.Alerting.Receivers;
using StreamBert.Alerting.Routing;

namespace StreamBert.Alerting;

/// <summary>Who receives messages about alerts, and when. Bound from the section <c>Alerting</c>.</summary>
public sealed class AlertingOptions : IValidatableObject
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Alerting";

    /// <summary>Where messages are sent. Default: nowhere; alerts are on the dashboard and in the API only.</summary>
    [ValidateEnumeratedItems]
    public IList<ReceiverOptions> Receivers { get; init; } = [];

    /// <summary>
    /// Which alerts go to which receivers: the first route that matches applies. Default: one route, by which every receiver gets every
    /// alert.
    /// </summary>
    [ValidateEnumeratedItems]
    public IList<AlertRouteOptions> Routes { get; init; } = [];

    /// <summary>Times of the week, for the routes. Default: none.</summary>
    [ValidateEnumeratedItems]
    public IList<TimeIntervalOptions> TimeIntervals { get; init; } = [];

    /// <summary>Which alerts mute others. Default: a pipeline without texts mutes the silence of its segments.</summary>
    public IList<InhibitionOptions> Inhibitions { get; init; } = [];

    /// <summary>
    /// How long after its event time an alert may reach the log and still cause messages. Alerts of a replayed past are older: they are on
    /// the dashboard, and nobody is called. Default: a day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Checks that routes refer to receivers and times that exist, and that matchers can be read.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => RoutingValidation.Faults(this)
        .Select(static fault => new ValidationResult(fault));
}

[OptionsValidator]
internal sealed partial class AlertingOptionsValidator : IValidateOptions<AlertingOptions>;
