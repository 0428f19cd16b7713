using StreamBert.Contracts;

namespace StreamBert.Alerting.Routing;

/// <summary>A route with its receivers.</summary>
internal sealed class AlertRoute(AlertRouteOptions options, IReadOnlyList<TimeInterval> activeTimes)
{
    private static readonly IReadOnlyList<string> DefaultGroupBy = [AlertLabels.Pipeline];

    private readonly IReadOnlyList<AlertMatcher> _matchers = AlertMatcher.Parse(options.Match);
    private readonly IReadOnlyList<string> _groupBy = options.GroupBy.Count > 0 ? [.. options.GroupBy] : DefaultGroupBy;

    /// <summary>The settings of the route.</summary>
    public AlertRouteOptions Options => options;

    /// <summary>The receivers, first those that receive every message of the route.</summary>
    public IReadOnlyList<RouteTarget> Targets { get; } =
    [
        .. options.Receivers.Select(static name => new RouteTarget(name, null)),
        .. options.Escalations.SelectMany(static step => step.Receivers.Select(name => new RouteTarget(name, step.After))),
    ];

    /// <summary>Tells whether the route is for alerts with these <see cref="AlertLabels"/>.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) => AlertMatcher.MatchAll(_matchers, labels);

    /// <summary>Tells whether messages are sent at a time.</summary>
    public bool IsActive(DateTimeOffset time) => activeTimes.Count == 0 || activeTimes.Any(interval => interval.Contains(time));

    /// <summary>Returns the labels by which the route groups, with the values of an alert.</summary>
    public IReadOnlyDictionary<string, string> GroupLabels(IReadOnlyDictionary<string, string> labels) =>
        _groupBy.Distinct().ToDictionary(static name => name, name => labels.GetValueOrDefault(name) ?? "");

    /// <summary>Returns the key of a group of the route.</summary>
    public string GroupKey(IReadOnlyDictionary<string, string> groupLabels) =>
        $"{options.Name}{{{string.Join(',', groupLabels.Select(static label => $"{label.Key}=\"{label.Value}\""))}}}";
}

/// <summary>A receiver of a route.</summary>
/// <param name="Receiver">The name of the receiver.</param>
/// <param name="After">How long nobody must have acknowledged before it receives messages; null: it always does.</param>
internal sealed record RouteTarget(string Receiver, TimeSpan? After);
