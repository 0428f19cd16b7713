using StreamBert.Contracts;

namespace StreamBert.Monitoring.Assessments;

/// <summary>A report of the state of something that is watched, whether or not an alert fires.</summary>
internal abstract record MonitorReport
{
    private MonitorReport()
    {
    }

    /// <summary>The end of the reported window.</summary>
    public abstract DateTimeOffset At { get; }

    /// <summary>The state of a fairness rule.</summary>
    public sealed record Fairness(FairnessReported Value) : MonitorReport
    {
        public override DateTimeOffset At => Value.Window.End;
    }

    /// <summary>The accuracy of a series.</summary>
    public sealed record Accuracy(AccuracyReported Value) : MonitorReport
    {
        public override DateTimeOffset At => Value.Window.End;
    }

    /// <summary>A comparison with a reference.</summary>
    public sealed record Drift(DriftReported Value) : MonitorReport
    {
        public override DateTimeOffset At => Value.ReportedAt;
    }
}
