namespace StreamBert.Cli.Backtests.PlainSeries;

/// <summary>Collects the alerts of a series while its rows are scored.</summary>
internal sealed class SeriesAlertList
{
    private readonly List<SeriesAlert> _alerts = [];
    private bool _isOpen;

    public IReadOnlyList<SeriesAlert> All => _alerts;

    /// <summary>Adds the next row: it begins an alert, belongs to one, or ends it.</summary>
    public void Add(DateTimeOffset time, double value, double score)
    {
        if (score < SeriesBacktest.Threshold)
        {
            if (_isOpen)
                _alerts[^1] = _alerts[^1] with { End = time };
            _isOpen = false;
        }
        else if (_isOpen)
        {
            _alerts[^1] = _alerts[^1] with { Score = Math.Max(_alerts[^1].Score, score) };
        }
        else
        {
            _alerts.Add(new(time, value, score, null));
            _isOpen = true;
        }
    }
}
