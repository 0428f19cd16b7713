using Microsoft.Extensions.Options;

namespace StreamBert.Alerting.Routing;

/// <summary>The configured routes and inhibitions. Without routes, every receiver gets every alert.</summary>
internal sealed class RouteTable
{
    /// <summary>The name of the route that exists where none is configured.</summary>
    public const string DefaultName = "default";

    private readonly IReadOnlyList<AlertRoute> _routes;

    public RouteTable(IOptions<AlertingOptions> options)
    {
        var times = options.Value.TimeIntervals.ToDictionary(static time => time.Name, static time => new TimeInterval(time));
        _routes = [.. Configured(options.Value).Select(route => new AlertRoute(route, [.. route.ActiveTimes.Select(name => times[name])]))];
        Inhibitions = options.Value.Inhibitions.Count == 0 ? [InhibitionRule.Default]
            : [.. options.Value.Inhibitions.Select(static rule => new InhibitionRule(rule))];
    }

    /// <summary>The rules by which alerts mute others.</summary>
    public IReadOnlyList<InhibitionRule> Inhibitions { get; }

    /// <summary>Returns the routes of an alert: the first that matches, and later ones where it says to continue.</summary>
    public IEnumerable<AlertRoute> RoutesOf(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var route in _routes)
        {
            if (!route.Matches(labels))
                continue;
            yield return route;
            if (!route.Options.Continue)
                yield break;
        }
    }

    /// <summary>Returns a route by its name; null if it is no longer configured.</summary>
    public AlertRoute? Find(string name) => _routes.FirstOrDefault(route => route.Options.Name == name);

    private static IEnumerable<AlertRouteOptions> Configured(AlertingOptions options)
    {
        if (options.Routes.Count > 0)
            return options.Routes;
        var all = new AlertRouteOptions { Name = DefaultName };
        foreach (var receiver in options.Receivers)
            all.Receivers.Add(receiver.Name);
        return [all];
    }
}
