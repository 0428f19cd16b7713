using StreamBert.Alerting;
using StreamBert.Alerting.Receivers;
using StreamBert.Alerting.Routing;

namespace StreamBert.Tests.Alerting.Routing;

/// <summary>Tests the faults of routes that cannot be followed.</summary>
public sealed class RoutingValidationTests
{
    [Fact]
    public void Each_fault_names_the_route_and_what_is_missing()
    {
        var options = new AlertingOptions
        {
            Receivers = { new ReceiverOptions { Name = "ops" } },
            Routes =
            {
                new() { Name = "a", Receivers = { "opps" }, Match = { "severity" }, ActiveTimes = { "office" } },
                new() { Name = "a", Receivers = { "ops" }, Escalations = { new() { Receivers = { "ops" } } } },
                new() { Name = "b{" },
            },
            TimeIntervals = { new() { Name = "night", TimeZone = "Mars/Base" } },
            Inhibitions = { new() { Source = { "kind=~(" } } },
        };

        var faults = string.Join('\n', RoutingValidation.Faults(options));

        foreach (var expected in new[]
        {
            "Two routes have the name 'a'", "names the receiver 'opps', which is not among", "the receiver 'ops' twice",
            "The route 'b{' has no receivers", "names the time interval 'office'", "'severity' is no matcher", "'Mars/Base'",
            "Alerting:Inhibitions:0 needs matchers", "an invalid regular expression", "'b{' is no name",
        })
        {
            Assert.Contains(expected, faults, StringComparison.Ordinal);
        }
    }
}
