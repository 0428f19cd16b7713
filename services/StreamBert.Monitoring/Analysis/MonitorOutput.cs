using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;

namespace StreamBert.Monitoring.Analysis;

/// <summary>An output of the monitor: a trend, a report, or an alert that is raised, updated or resolved.</summary>
internal abstract record MonitorOutput
{
    private MonitorOutput()
    {
    }

    /// <summary>The counts of a series in a closed or revised window.</summary>
    public sealed record Trend(TrendUpdated Value) : MonitorOutput;

    /// <summary>The state of a fairness rule, the accuracy of a series, or a comparison with a reference.</summary>
    public sealed record Report(MonitorReport Value) : MonitorOutput;

    /// <summary>An alert fires.</summary>
    public sealed record RaisedAlert(AlertRaised Value) : MonitorOutput;

    /// <summary>An alert that fires is updated.</summary>
    public sealed record UpdatedAlert(AlertRaised Value) : MonitorOutput;

    /// <summary>An alert is resolved.</summary>
    public sealed record ResolvedAlert(AlertResolved Value) : MonitorOutput;
}
