namespace StreamBert.Monitoring.PlainSeries;

/// <summary>
/// Turns the values of a view of the series into evidence: −ln of the probability that a block of rows reaches such a value, by the block
/// maxima so far. The largest tenth of them is fitted by a power law (Hill 1975), so that what is beyond any value so far is judged by how
/// far beyond it is, and a series with frequent spikes needs larger ones.
/// </summary>
internal sealed class TailCalibrator
{
    private const int BlockRows = 5;
    private const int MaximumBlocks = 2000;
    private const int MinimumBlocks = 20;

    /// <summary>The power law is fitted to one in so many block maxima.</summary>
    private const int FittedShare = 10;

    /// <summary>Ratios to it stay finite.</summary>
    private const double SmallestResolution = 1e-150;

    /// <summary>The evidence of a value beyond every scale.</summary>
    private const double MaximumEvidence = 40;

    /// <summary>The prior of the exponent of the power law, and the number of values that it counts as.</summary>
    private const double PriorExponent = 4, PriorValues = 4;

    /// <summary>Beyond it the tail would be judged steeper than any that a few hundred values can show.</summary>
    private const double MaximumExponent = 8;

    /// <summary>A past value is similar if it has at least this share of the distance from the median.</summary>
    private const double Similarity = 0.8;

    private readonly List<double> _sorted = [];
    private readonly Queue<double> _blocks = new();
    private double _maximum = double.NegativeInfinity;
    private int _rows;
    private int _fitted;
    private double _median, _border, _exponent;

    /// <summary>Returns the evidence of a value, and learns it afterwards.</summary>
    /// <param name="value">The value.</param>
    /// <param name="resolution">The smallest difference that matters.</param>
    public double Add(double value, double resolution)
    {
        var evidence = Evidence(value);
        Learn(value, resolution);
        return evidence;
    }

    private double Evidence(double value)
    {
        if (_sorted.Count < MinimumBlocks)
            return 0;
        var ratio = (value - _median) / _border;
        if (ratio <= 1)
            return 0;
        var byShape = Math.Log((double)_sorted.Count / _fitted) + _exponent * Math.Log(ratio);
        return Math.Min(MaximumEvidence, Math.Min(byShape, ByPrecedents(value)));
    }

    /// <summary>
    /// Returns the evidence that values of about that size in the past leave: ln of one in so many blocks, and one nat. Without any it is
    /// not limited.
    /// </summary>
    private double ByPrecedents(double value)
    {
        var similar = _median + Similarity * (value - _median);
        var index = _sorted.BinarySearch(similar);
        var precedents = _sorted.Count - (index < 0 ? ~index : index);
        return precedents == 0 ? double.PositiveInfinity : 1 + Math.Log((_sorted.Count + 1.0) / (precedents + 1));
    }

    private void Learn(double value, double resolution)
    {
        _maximum = Math.Max(_maximum, value);
        if (++_rows < BlockRows)
            return;
        Insert(_maximum);
        (_rows, _maximum) = (0, double.NegativeInfinity);
        if (_sorted.Count >= MinimumBlocks)
            Fit(resolution);
    }

    private void Insert(double maximum)
    {
        if (_blocks.Count == MaximumBlocks)
            _sorted.RemoveAt(_sorted.BinarySearch(_blocks.Dequeue()));
        _blocks.Enqueue(maximum);
        var index = _sorted.BinarySearch(maximum);
        _sorted.Insert(index < 0 ? ~index : index, maximum);
    }

    /// <summary>
    /// Fits the power law to the largest tenth of the block maxima; to fewer if fewer exceed the median by the resolution, as in a series
    /// that hardly ever changes.
    /// </summary>
    private void Fit(double resolution)
    {
        resolution = Math.Max(resolution, SmallestResolution);
        _median = _sorted[_sorted.Count / 2];
        _fitted = 1;
        while (_fitted < _sorted.Count / FittedShare && _sorted[^(_fitted + 1)] - _median > resolution)
            _fitted++;
        _border = Math.Max(_sorted[^_fitted] - _median, resolution);
        var sum = 0.0;
        for (var i = 1; i < _fitted; i++)
            sum += Math.Log((_sorted[^i] - _median) / _border);
        _exponent = Math.Min(MaximumExponent, (_fitted - 1 + PriorValues) / (sum + PriorValues / PriorExponent));
    }
}
