namespace StreamBert.Monitoring.Backtesting;

/// <summary>
/// Detectors for comparison on a plain series: one that fires at every row, and a static threshold, three standard deviations from the mean
/// of the learning time.
/// </summary>
/// <param name="learn">The end of the learning time; null: one day after the first row, and at least 20 rows.</param>
internal sealed class NaiveRowDetectors(DateTimeOffset? learn)
{
    private readonly List<ScoredAlert> _always = [], _static = [];
    private readonly StaticThreshold _threshold = new();
    private readonly bool _hasLearningTime = learn is not null;
    private DateTimeOffset? _learnUntil = learn;

    /// <summary>The alerts of a detector that fires at every row.</summary>
    public IReadOnlyList<ScoredAlert> Always => _always;

    /// <summary>The alerts of the static threshold: one for each run of rows beyond it.</summary>
    public IReadOnlyList<ScoredAlert> Static => _static;

    /// <summary>Adds the next row. A value that is not finite is not compared.</summary>
    public void Add(DateTimeOffset time, double value)
    {
        _learnUntil ??= time + TimeSpan.FromDays(1);
        var alert = new ScoredAlert(time) { IsInstant = true };
        _always.Add(alert);
        if (!double.IsFinite(value))
            return;
        if (time < _learnUntil || (!_hasLearningTime && !_threshold.HasLearnt))
            _threshold.Learn(value);
        else if (_threshold.Begins(value) is not null)
            _static.Add(alert);
    }
}
