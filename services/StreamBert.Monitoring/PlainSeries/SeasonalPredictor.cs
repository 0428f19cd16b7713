namespace StreamBert.Monitoring.PlainSeries;

/// <summary>
/// Predicts the next value in several ways (a slow level; the values one to three days or weeks ago; those one to three detected periods
/// ago) and uses the way whose errors have been smallest lately. The error in units of that way's usual error is the residual.
/// </summary>
internal sealed class SeasonalPredictor
{
    public const int Ways = 4;
    private const int Cycles = 3;
    private const int RowsBetweenSearches = 256;

    /// <summary>The weight of a new row in the slow level and in the usual errors.</summary>
    private const double LevelWeight = 0.01, ErrorWeight = 0.004;

    /// <summary>An error counts at most as so many usual ones, so that an incident changes little.</summary>
    private const double ErrorLimit = 4;

    /// <summary>A seasonal way must be better than the level by this factor.</summary>
    private const double SeasonalAdvantage = 0.85;

    private readonly double?[] _predictions = new double?[Ways];
    private readonly double[] _errors = new double[Ways];
    private readonly int[] _rows = new int[Ways];
    private readonly SeriesHistory _history;
    private double _level = double.NaN;
    private int _period;

    public SeasonalPredictor(SeriesHistory history) => _history = history;

    /// <summary>
    /// Computes the error of a row that is not in the history yet in each way (null if the way has no prediction) and the usual error, and
    /// learns the row. Returns the best way.
    /// </summary>
    public int Errors(long ticks, double value, long step, Span<(double? Error, double Usual)> errors)
    {
        Predict(ticks, step);
        for (var way = 0; way < Ways; way++)
            errors[way] = (value - _predictions[way], _errors[way]);
        var best = Best();
        Learn(value);
        return best;
    }

    private void Predict(long ticks, long step)
    {
        if (_history.Rows % RowsBetweenSearches == 0 && _history.Rows > 0)
            _period = PeriodDetector.Find(_history);
        _predictions[0] = double.IsNaN(_level) ? null : _level;
        _predictions[1] = step > 0 && step < TimeSpan.TicksPerDay / 4 ? Earlier(ticks, TimeSpan.TicksPerDay, step) : null;
        _predictions[2] = step > 0 && step < TimeSpan.TicksPerDay * 2 ? Earlier(ticks, TimeSpan.TicksPerDay * 7, step) : null;
        _predictions[3] = _period > 0 ? Earlier(ticks, _period * step, step) : null;
    }

    /// <summary>Returns the median of the values one, two and three periods ago.</summary>
    private double? Earlier(long ticks, long period, long step)
    {
        Span<double> values = stackalloc double[Cycles];
        var count = 0;
        for (var cycle = 1; cycle <= Cycles; cycle++)
        {
            if (_history.Around(ticks - cycle * period, 2 * step) is { } value)
                values[count++] = value;
        }
        values = values[..count];
        values.Sort();
        return count switch { 0 => null, 2 => (values[0] + values[1]) / 2, _ => values[count / 2] };
    }

    private int Best()
    {
        var best = 0;
        for (var way = 1; way < Ways; way++)
        {
            if (_predictions[way] is not null && _rows[way] >= 50 && _errors[way] < _errors[best] * (best == 0 ? SeasonalAdvantage : 1))
                best = way;
        }
        return best;
    }

    private void Learn(double value)
    {
        for (var way = 0; way < Ways; way++)
        {
            if (_predictions[way] is not { } prediction)
                continue;
            var error = Math.Abs(value - prediction);
            var weight = Math.Max(ErrorWeight, 1.0 / ++_rows[way]);
            _errors[way] += weight * ((_errors[way] > 0 ? Math.Min(error, ErrorLimit * _errors[way]) : error) - _errors[way]);
        }
        if (double.IsNaN(_level))
            _level = value;
        var change = value - _level;
        var limit = _errors[0] > 0 ? ErrorLimit * _errors[0] : double.MaxValue;
        _level += Math.Max(LevelWeight, 1.0 / (_history.Rows + 1)) * Math.Clamp(change, -limit, limit);
    }
}
