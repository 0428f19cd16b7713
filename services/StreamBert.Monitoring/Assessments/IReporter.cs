using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Assessments;

/// <summary>A detector that also reports its state, so that insufficient data is visible and not mistaken for normality.</summary>
internal interface IReporter
{
    /// <summary>Returns the reports that are due after the assessment of a closed window.</summary>
    IReadOnlyList<MonitorReport> Report(WindowClosed window);
}
