namespace StreamBert.Monitoring.PlainSeries;

/// <summary>The views of a series that need no prediction: change, plain value, local variation and repetition.</summary>
internal sealed class SeriesViews
{
    private const int SpreadRows = 16;

    /// <summary>A smaller usual change counts as none, so that ratios to it stay finite.</summary>
    private const double SmallestChange = 1e-150;

    private readonly TailCalibrator[] _rises = [.. Enumerable.Range(0, 4).Select(static _ => new TailCalibrator())];
    private readonly TailCalibrator[] _falls = [.. Enumerable.Range(0, 3).Select(static _ => new TailCalibrator())];
    private readonly RollingMean _spread = new(SpreadRows);
    private readonly UsualScale _changeScale = new(), _valueScale = new();
    private double _usualValue;
    private int _rows, _run;

    /// <summary>Returns the strongest evidence of the views of a row, and learns them.</summary>
    public double Evidence(double value, double previous)
    {
        var change = value - previous;
        _run = change == 0 ? _run + 1 : 0;
        var usualChange = _changeScale.Value;
        var variation = _spread.Add(Math.Abs(change));
        var spread = usualChange > SmallestChange ? Math.Log(variation / usualChange + 0.05) : 0;
        var evidence = Math.Max(
            Math.Max(BothSides(0, change, usualChange / 2), BothSides(1, value, _valueScale.Value / 2)),
            Math.Max(BothSides(2, spread, 0.3), _rises[3].Add(Math.Log(1 + _run), 1.5)));
        Learn(value, change);
        return evidence;
    }

    private double BothSides(int view, double value, double resolution) =>
        Math.Max(_rises[view].Add(value, resolution), _falls[view].Add(-value, resolution));

    private void Learn(double value, double change)
    {
        if (_rows++ == 0)
            _usualValue = value;
        _changeScale.Add(Math.Abs(change));
        _valueScale.Add(Math.Abs(value - _usualValue));
        _usualValue += (value - _usualValue) * Math.Max(0.001, 1.0 / _rows);
    }
}
