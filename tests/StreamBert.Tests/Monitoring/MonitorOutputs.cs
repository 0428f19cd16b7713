using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Assessments;

namespace StreamBert.Tests.Monitoring;

/// <summary>Selects the outputs of a monitor by kind, and serializes them.</summary>
internal static class MonitorOutputs
{
    public static List<TrendUpdated> Trends(this IEnumerable<MonitorOutput> outputs) =>
        [.. outputs.OfType<MonitorOutput.Trend>().Select(static output => output.Value)];

    public static List<AlertRaised> Raised(this IEnumerable<MonitorOutput> outputs) =>
        [.. outputs.OfType<MonitorOutput.RaisedAlert>().Select(static output => output.Value)];

    public static List<AlertRaised> Updated(this IEnumerable<MonitorOutput> outputs) =>
        [.. outputs.OfType<MonitorOutput.UpdatedAlert>().Select(static output => output.Value)];

    public static List<AlertResolved> Resolved(this IEnumerable<MonitorOutput> outputs) =>
        [.. outputs.OfType<MonitorOutput.ResolvedAlert>().Select(static output => output.Value)];

    public static string ToJson(MonitorOutput output) => output switch
    {
        MonitorOutput.Trend { Value: var trend } => Wire.ToJson(trend),
        MonitorOutput.Report { Value: MonitorReport.Fairness { Value: var fairness } } => Wire.ToJson(fairness),
        MonitorOutput.Report { Value: MonitorReport.Accuracy { Value: var accuracy } } => Wire.ToJson(accuracy),
        MonitorOutput.Report { Value: MonitorReport.Drift { Value: var drift } } => Wire.ToJson(drift),
        MonitorOutput.RaisedAlert { Value: var raised } => Wire.ToJson(raised),
        MonitorOutput.UpdatedAlert { Value: var updated } => Wire.ToJson(updated),
        MonitorOutput.ResolvedAlert { Value: var resolved } => Wire.ToJson(resolved),
        _ => throw new ArgumentException($"{output.GetType().Name} has no JSON.", nameof(output)),
    };
}
