using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Assessments;

/// <summary>
/// Assesses the series of a pipeline, window by window. A detector knows neither a clock nor other detectors, keeps its memory bounded,
/// and keeps all of its state in an object that is checkpointed.
/// </summary>
internal interface IDetector
{
    /// <summary>The name of the detector in failure reports.</summary>
    string Name { get; }

    /// <summary>Assesses a closed window, then updates baselines with it.</summary>
    /// <param name="window">The window.</param>
    /// <param name="alerts">The alerts that are active before this detector's assessments of the window.</param>
    IReadOnlyList<Assessment> Assess(WindowClosed window, ActiveAlerts alerts);

    /// <summary>Assesses a window again after late texts have revised it. What was learned from it remains.</summary>
    IReadOnlyList<Assessment> Reassess(WindowRevised window);

    /// <summary>
    /// Returns the reports that are due after the assessment of a closed window, so that insufficient data is visible and not mistaken
    /// for normality.
    /// </summary>
    IReadOnlyList<MonitorReport> Report(WindowClosed window) => [];

    /// <summary>Applies a change of an alert that the detector's own assessment has caused, such as by resetting evidence.</summary>
    void OnTransition(Transition transition);
}
