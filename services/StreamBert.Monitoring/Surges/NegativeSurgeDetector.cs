using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Surges;

/// <summary>
/// Surges of the negative share in a pipeline and in each of its segments. Expected is the series' own history, shrunk to the pipeline's
/// mean; evidence is the beta-binomial tail of the last window (or last two, where one is too small), over all series of the window by
/// Benjamini and Hochberg; effect is a least lift. Event time only; memory is one small history per series.
/// </summary>
public sealed class NegativeSurgeDetector
{
    private readonly PipelineOptions _pipeline;
    private readonly NegativeSurgeOptions _options;
    private readonly Dictionary<string, ShareBaseline> _series;
    private readonly AlertBook _alerts;
    private readonly Examples _examples;
    private readonly AlertPolicy _policy;
    private readonly double _level;
    private readonly Func<string, bool> _hasPlace;

    public NegativeSurgeDetector(
        PipelineOptions pipeline, NegativeSurgeOptions options, TimeSpan falseAlarmInterval,
        Dictionary<string, ShareBaseline> series, AlertBook alerts, Examples examples, Func<string, bool>? hasPlace = null)
    {
        _hasPlace = hasPlace ?? (static _ => true);
        (_pipeline, _options, _series, _alerts, _examples) = (pipeline, options, series, alerts, examples);
        _policy = new(options.RaiseAfter, options.ClearAfter);
        _level = FalseAlarms.LevelOfPair(pipeline.Monitor.Window, falseAlarmInterval, correlation: 0.5);
    }

    /// <summary>One verdict per known series.</summary>
    public IReadOnlyList<Verdict> Judge(WindowClosed window)
    {
        var counts = window.Counts.Series.GetValueOrDefault(_pipeline.Monitor.SentimentHead) ?? [];
        foreach (var segment in counts.Keys)
            _series.TryAdd(segment, new());
        var mean = _series.GetValueOrDefault(SeriesKey.All)?.Share ?? 0.5;
        var results = _series.InOrder()
            .Select(series => Examine(series.Key, series.Value, Count(window, counts.GetValueOrDefault(series.Key)), mean))
            .ToList();
        var verdicts = Verdicts(results, window.Window);
        foreach (var result in results)
            result.Baseline.Update(result.Window, _alerts.IsActive(Fingerprint(result.Segment)), _options.HalfLife);
        Forget();
        return verdicts;
    }

    /// <summary>New verdicts on the series of a window that late texts have changed. What has been learnt of it stays learnt.</summary>
    public IReadOnlyList<Verdict> Revise(WindowClosed window)
    {
        var mean = _series.GetValueOrDefault(SeriesKey.All)?.Share ?? 0.5;
        List<Result> results = [];
        foreach (var (_, segment) in window.Revised.Where(series => series.Head == _pipeline.Monitor.SentimentHead))
        {
            _series.TryAdd(segment, new());
            var baseline = _series[segment];
            var count = Count(window, window.Counts.Of(_pipeline.Monitor.SentimentHead, segment));
            results.Add(Examine(segment, baseline, count, mean));
            baseline.Revise(count);
        }
        return Verdicts(results, window.Window);
    }

    private List<Verdict> Verdicts(List<Result> results, TimeWindow window)
    {
        var threshold = FalseDiscovery.Threshold(results.Where(static result => result.Judged).Select(static result => result.PValue), _level);
        return results.ConvertAll(result => Verdict(result, window, threshold));
    }

    private ShareCount Count(WindowClosed window, SeriesCounts? counts) => new()
    {
        End = window.Window.End,
        Total = counts?.Count ?? 0,
        Positive = counts?.Labels.GetValueOrDefault(_pipeline.Monitor.NegativeLabel) ?? 0,
    };

    /// <summary>
    /// Names come and go: the history of one that is mentioned no more goes when it has faded, that of a segment when it has lost its
    /// place.
    /// </summary>
    private void Forget()
    {
        foreach (var segment in _series.Where(
            series => SeriesKey.IsEntity(series.Key) ? series.Value.HasFaded : series.Key != SeriesKey.All && !_hasPlace(series.Key)).Select(static series => series.Key).ToList())
        {
            if (!_alerts.IsActive(Fingerprint(segment)))
                _series.Remove(segment);
        }
    }

    /// <summary>One series at one window: pooled counts against what was expected.</summary>
    private sealed record Result(
        string Segment, ShareBaseline Baseline, ShareCount Window, long PooledPositive, long PooledTotal, int Windows,
        bool Judged, double Expected, double PValue)
    {
        public double Share => Rates.Of(PooledPositive, PooledTotal);
    }

    private Result Examine(string segment, ShareBaseline baseline, ShareCount window, double mean)
    {
        var (pooledPositive, pooledTotal, windows) = (window.Positive, window.Total, 1);
        if (window.Total < _options.MinimumCount && baseline.Waiting.FindLast(waiting => waiting.End < window.End) is { } last)
            (pooledPositive, pooledTotal, windows) = (window.Positive + last.Positive, window.Total + last.Total, 2);
        var judged = pooledTotal >= _options.MinimumCount
            && baseline.Windows >= _options.HistoryWindows && baseline.Total >= _options.HistoryTexts;
        var (expected, p) = baseline.Judge(pooledPositive, pooledTotal, mean, _options);
        return new(segment, baseline, window, pooledPositive, pooledTotal, windows, judged, expected, p);
    }

    private Verdict Verdict(Result result, TimeWindow window, double threshold)
    {
        var series = new SeriesKey(_pipeline.Name, _pipeline.Monitor.SentimentHead, result.Segment);
        return new(Fingerprint(result.Segment), AlertKinds.NegativeSurge, series, window, Judgement(result, threshold), _policy,
            () => Alert(result, series, new(window.End - result.Windows * _pipeline.Monitor.Window, window.End)),
            () => new(result.Share, result.Expected, Ended(result)),
            result.Baseline.Reset);
    }

    private Judgement Judgement(Result result, double threshold)
    {
        var lift = result.Share - result.Expected;
        if (!result.Judged)
            return result.Window.Total == 0 && result.PooledTotal == 0 ? Alerts.Judgement.Calm : Alerts.Judgement.Unclear;
        if (result.PValue <= threshold && lift >= _options.MinimumLift && result.Share >= _options.MinimumRatio * result.Expected)
            return Alerts.Judgement.Breach;
        return lift < _options.MinimumLift / 2 ? Alerts.Judgement.Calm : Alerts.Judgement.Unclear;
    }

    private string Fingerprint(string segment) => Alerts.Verdict.FingerprintOf(
        AlertKinds.NegativeSurge, new(_pipeline.Name, _pipeline.Monitor.SentimentHead, segment));

    private AlertRaised Alert(Result result, SeriesKey series, TimeWindow window)
    {
        var interval = WilsonInterval.Of(result.PooledPositive, result.PooledTotal);
        var label = _pipeline.Monitor.NegativeLabel;
        var alert = new AlertRaised
        {
            Id = "",
            Fingerprint = "",
            Kind = AlertKinds.NegativeSurge,
            Series = series,
            Severity = result.Share - result.Expected >= 2 * _options.MinimumLift ? "critical" : "warning",
            Title = $"Surge of {label} texts in {Words.Series(series)}: {Words.Percent(result.Share)}, usually {Words.Percent(result.Expected)}",
            Message = $"{Words.Number(result.PooledPositive)} of {Words.Number(result.PooledTotal)} texts were {label} from {Words.Span(window)}: "
                + $"{Words.Percent(result.Share)} ({Words.Range(interval)}), where {Words.Percent(result.Expected)} was to be expected from the history. "
                + $"In calm that would happen by chance in {Words.Chance(result.PValue)} windows.",
            Window = window,
            RaisedAt = window.End,
            Value = result.Share,
            Baseline = result.Expected,
            Unit = "share",
            Interval = interval,
            Count = result.PooledTotal,
            Evidence = result.PValue,
            EvidenceKind = "p-value, beta-binomial tail, Benjamini–Hochberg over the window's series",
        };
        return _examples.AddTo(alert, series.Head, window, (text, answer) => answer.Label == label && InSegment(text, series.Segment));
    }

    private bool InSegment(SampledText text, string segment) => segment == SeriesKey.All || text.Mentions?.Contains(segment) == true
        || (_pipeline.Monitor.SegmentHead is { } head && text.Answers.TryGetValue(head, out var answer)
            && segment == $"{head}={answer.Label}");

    private string Ended(Result result) => result.PooledTotal == 0
        ? "No more texts came in this series."
        : $"The share of {_pipeline.Monitor.NegativeLabel} texts is back at {Words.Percent(result.Share)}; {Words.Percent(result.Expected)} is usual.";
}
