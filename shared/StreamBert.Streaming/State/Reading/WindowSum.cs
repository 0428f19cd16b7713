using StreamBert.Contracts;

namespace StreamBert.Streaming.State.Reading;

/// <summary>The sums of neighbouring windows of one series: counts add up, and means are weighted by the number of texts.</summary>
internal sealed class WindowSum
{
    /// <summary>The decimals of confidences in trends.</summary>
    private const int ConfidenceDecimals = 6;

    private readonly Dictionary<string, long> _labels = [];
    private readonly Dictionary<(string? Label, LabelMeasure? Measure), ExpectationSum> _expected = [];
    private long _windows, _count, _late;
    private long? _stories = 0;
    private int _revision;
    private double _confidence;

    public WindowSum(TrendUpdated first)
    {
        First = first;
        Add(first);
    }

    /// <summary>The first window.</summary>
    public TrendUpdated First { get; }

    /// <summary>The end of the last window.</summary>
    public DateTimeOffset End { get; private set; }

    /// <summary>Adds the next window.</summary>
    public void Add(TrendUpdated window)
    {
        End = window.Window.End;
        (_windows, _count, _late, _stories) = (_windows + 1, _count + window.Count, _late + window.Late, _stories + window.Stories);
        _revision = Math.Max(_revision, window.Revision);
        _confidence += window.MeanConfidence * window.Count;
        foreach (var (label, count) in window.Labels)
            _labels[label] = _labels.GetValueOrDefault(label) + count;
        foreach (var expected in window.Expected)
        {
            var key = (expected.Label, expected.Measure);
            if (!_expected.TryGetValue(key, out var sum))
                _expected[key] = sum = new(expected);
            sum.Add(expected, window.Count);
        }
    }

    /// <summary>Returns the sums as one window.</summary>
    /// <param name="covered">The event time that it covers.</param>
    public TrendUpdated ToWindow(TimeWindow covered) => First with
    {
        Window = covered,
        Count = _count,
        Labels = _labels,
        Stories = _stories,
        Expected = [.. _expected.Values.Select(sum => sum.ToExpectation(_windows)).OfType<Expectation>()],
        MeanConfidence = _count == 0 ? 0 : Math.Round(_confidence / _count, ConfidenceDecimals),
        Late = _late,
        Revision = _revision,
    };

    /// <summary>
    /// The sum of what the baseline expected of one label. The bounds are added or averaged too, as if all windows deviated in the same
    /// direction: the interval is wider than that of independent windows.
    /// </summary>
    private sealed class ExpectationSum(Expectation first)
    {
        private readonly bool _isShare = first.Label is not null && first.Measure != LabelMeasure.Count;
        private double _value, _low, _high;
        private long _windows, _weight;

        public void Add(Expectation expected, long texts)
        {
            var weight = _isShare ? texts : 1;
            _value += weight * expected.Value;
            _low += weight * expected.Interval.Low;
            _high += weight * expected.Interval.High;
            (_windows, _weight) = (_windows + 1, _weight + weight);
        }

        /// <returns>
        /// The mean of expected shares, weighted by the number of texts, or the sum of expected counts; null without texts, or if a window
        /// expected no count, because the sum would be too low.
        /// </returns>
        public Expectation? ToExpectation(long windows)
        {
            if (_weight == 0 || (!_isShare && _windows < windows))
                return null;
            var divisor = _isShare ? _weight : 1;
            return first with { Value = _value / divisor, Interval = new(_low / divisor, _high / divisor) };
        }
    }
}
