namespace StreamBert.Training;

/// <summary>
/// Plans the reports on something that lasts: from 10 s on, and then each time its duration has grown by a twentieth, which are about a
/// hundred reports in ten hours.
/// </summary>
internal sealed class ReportSchedule
{
    private const double Growth = 0.05;
    private static readonly TimeSpan MinimumInterval = TimeSpan.FromSeconds(10);
    private TimeSpan _reportedAt;

    /// <summary>Returns whether a report is due after a duration, and counts it.</summary>
    public bool TryReport(TimeSpan elapsed)
    {
        var growth = Growth * elapsed;
        if (elapsed - _reportedAt < (growth > MinimumInterval ? growth : MinimumInterval))
            return false;
        _reportedAt = elapsed;
        return true;
    }
}
