using StreamBert.Contracts;

namespace StreamBert.Alerting.Routing;

/// <summary>Checks the routes as a whole; each fault is one sentence that names the route and the remedy.</summary>
internal static class RoutingValidation
{
    /// <summary>Returns the faults of the settings; none if they are valid.</summary>
    public static IEnumerable<string> Faults(AlertingOptions options) =>
    [
        .. Duplicates("receiver", options.Receivers.Select(static receiver => receiver.Name)),
        .. Duplicates("route", options.Routes.Select(static route => route.Name)),
        .. Duplicates("time interval", options.TimeIntervals.Select(static time => time.Name)),
        .. options.Routes.SelectMany(route => Faults(route, options)),
        .. options.TimeIntervals.Where(static time => !TimeZoneInfo.TryFindSystemTimeZoneById(time.TimeZone, out _)).Select(static time =>
            $"The time zone of the time interval '{time.Name}' is '{time.TimeZone}'; give an IANA name, such as Europe/Berlin."),
        .. options.Inhibitions.SelectMany(static (rule, index) => Faults(rule, index)),
    ];

    private static IEnumerable<string> Faults(AlertRouteOptions route, AlertingOptions options)
    {
        var receivers = options.Receivers.Select(static receiver => receiver.Name).ToHashSet();
        var named = route.Receivers.Concat(route.Escalations.SelectMany(static step => step.Receivers)).ToList();
        foreach (var name in named.Where(name => !receivers.Contains(name)))
            yield return $"The route '{route.Name}' names the receiver '{name}', which is not among Alerting:Receivers.";
        foreach (var name in named.GroupBy(static name => name).Where(static name => name.Count() > 1))
            yield return $"The route '{route.Name}' names the receiver '{name.Key}' twice; a receiver can have one place in a route.";
        if (route.Name.Contains('{', StringComparison.Ordinal))
            yield return $"'{route.Name}' is no name of a route; leave out the brace.";
        if (route.Receivers.Count == 0)
            yield return $"The route '{route.Name}' has no receivers; name one, or leave the route out.";
        var times = options.TimeIntervals.Select(static time => time.Name).ToHashSet();
        foreach (var name in route.ActiveTimes.Where(name => !times.Contains(name)))
            yield return $"The route '{route.Name}' names the time interval '{name}', which is not among Alerting:TimeIntervals.";
        foreach (var fault in Faults(route.Match))
            yield return $"The matcher of the route '{route.Name}' {fault}.";
    }

    private static IEnumerable<string> Faults(InhibitionOptions rule, int index)
    {
        if (rule.Source.Count == 0 || rule.Target.Count == 0)
            yield return $"Alerting:Inhibitions:{index} needs matchers in Source and in Target.";
        foreach (var fault in Faults(rule.Source.Concat(rule.Target)))
            yield return $"A matcher of Alerting:Inhibitions:{index} {fault}.";
    }

    private static IEnumerable<string> Faults(IEnumerable<string> matchers) => matchers
        .Select(static text => AlertMatcher.TryParse(text, out _) is { } fault ? $"'{text}' {fault}" : null).OfType<string>();

    private static IEnumerable<string> Duplicates(string what, IEnumerable<string> names) => names.GroupBy(static name => name)
        .Where(static name => name.Count() > 1).Select(name => $"Two {what}s have the name '{name.Key}'; give each its own.");
}
