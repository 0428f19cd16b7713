namespace StreamBert.Monitoring.PlainSeries;

/// <summary>
/// Scores the rows of a series of real values in one pass, with one setting for all series: 0 is usual, and values near 1 are rare. Several
/// views of a row (its residual from a seasonal prediction, the mean residual of the last rows, its change, the local variation, repetition
/// and its plain value) are each calibrated by their own history; the strongest evidence counts. After an anomaly a lesser one scores
/// little for a while, so that one anomaly gives a short run of high scores.
/// </summary>
/// <remarks>A score of ½ is the recommended threshold. A row is scored before it is learned, from earlier rows only.</remarks>
internal sealed class PlainSeriesScorer
{
    /// <summary>Larger values count as this one, so that sums and differences stay finite.</summary>
    private const double LargestValue = 1e100;

    private readonly SeriesHistory _history = new();
    private readonly SeasonalPredictor _predictor;
    private readonly StepEstimator _step = new();
    private readonly SeriesViews _views = new();
    private readonly ResidualViews[] _residuals = [.. Enumerable.Range(0, SeasonalPredictor.Ways).Select(static _ => new ResidualViews())];
    private readonly RefractoryPeriod _refractory = new();

    public PlainSeriesScorer() => _predictor = new(_history);

    /// <summary>Returns the score of the next row, from 0 to 1. A value that is not finite scores 0 and is not learned.</summary>
    public double Score(DateTimeOffset time, double value)
    {
        if (!double.IsFinite(value))
            return 0;
        value = Math.Clamp(value, -LargestValue, LargestValue);
        var ticks = time.UtcTicks;
        var evidence = Math.Max(Residual(ticks, value), _views.Evidence(value, _history.Rows > 0 ? _history.Back(0) : value));
        _history.Add(ticks, value);
        return _refractory.Score(evidence);
    }

    /// <summary>Returns the evidence of the residual of the best way of prediction.</summary>
    private double Residual(long ticks, double value)
    {
        Span<(double? Error, double Usual)> errors = stackalloc (double?, double)[SeasonalPredictor.Ways];
        var best = _predictor.Errors(ticks, value, _step.Of(ticks), errors);
        var evidence = 0.0;
        for (var way = 0; way < SeasonalPredictor.Ways; way++)
        {
            if (errors[way] is { Error: { } error, Usual: var usual } && _residuals[way].Evidence(error, usual) is var found && way == best)
                evidence = found;
        }
        return evidence;
    }
}
