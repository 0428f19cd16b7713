using StreamBert.Contracts;
using StreamBert.Monitoring.Baselines;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Statistics.Sequential;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Volume;

/// <summary>Keeps the baselines, spans and runs of all series of a pipeline, window by window.</summary>
internal sealed class VolumeTracker
{
    /// <summary>The number of windows without a record that are counted as empty one by one; a longer gap restarts the spans.</summary>
    private const int MaximumSkipped = 50_000;

    /// <summary>A run of empty windows that is less probable is not learned, whether it becomes an alert or not.</summary>
    private static readonly double Improbable = Math.Log(100);

    private static readonly TimeSpan FullCycle = TimeSpan.FromDays(7), Memory = TimeSpan.FromDays(14);

    private readonly TimeSpan _window;
    private readonly VolumeRule _rule;
    private readonly VolumeCriteria _criteria;
    private readonly VolumeState _state;
    private readonly WeekCalendar _calendar;

    /// <summary>What the segments of each watched dimension begin with, and its segment of the others.</summary>
    private readonly (string Prefix, string Other)[] _dimensions;
    private readonly int _revisableWindows;
    private readonly Dictionary<string, (BaselinePool Pool, VolumeForecaster Forecaster, BaselineLearning Learning)> _models = [];
    private readonly Dictionary<string, VolumeForecast> _forecasts = [];

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="criteria">Judges the series.</param>
    /// <param name="state">The state.</param>
    /// <param name="revisableWindows">The number of closed windows that late texts can revise.</param>
    public VolumeTracker(PipelineOptions pipeline, VolumeCriteria criteria, VolumeState state, int revisableWindows)
    {
        _revisableWindows = Math.Max(1, revisableWindows);
        (_window, _rule, _criteria, _state) = (pipeline.Monitor.Window, pipeline.Monitor.Rules.Volume, criteria, state);
        _calendar = new(pipeline.Monitor.Rules);
        _dimensions = [.. _rule.Segments.Select(SegmentDimension.TryParse).OfType<SegmentDimension>()
            .Select(static dimension => (dimension.SegmentOf(""), dimension.SegmentOf(SegmentDimension.OtherValue)))];
        _state.Series.TryAdd(SeriesKey.All, new());
        Series = SegmentsInOrder();
    }

    /// <summary>The segments in their order, the whole pipeline first.</summary>
    public List<string> Series { get; private set; }

    /// <summary>Adds a closed window, and empty ones for those that were skipped before it.</summary>
    /// <param name="window">The window.</param>
    /// <param name="isSurging">Whether a surge of a segment is active.</param>
    public void Add(WindowClosed window, Func<string, bool> isSurging)
    {
        UpdateSeries(window);
        AddSkipped(window.Window.Start, isSurging);
        if (!window.Counts.IsPartial)
            Add(window.Window.Start, segment => CountsOf(window.Counts, segment), isSurging);
        _state.Through = window.Window.End;
    }

    /// <summary>Changes a window that late texts have revised.</summary>
    /// <returns>The series that have changed.</returns>
    public List<string> Revise(WindowRevised window)
    {
        var index = IndexOf(window.Window.Start);
        return Series.FindAll(segment => Revise(_state.Series[segment], index, CountsOf(window.Counts, segment)));
    }

    /// <summary>Returns a series as it stands after a window; null if the window is not judged.</summary>
    public JudgedSeries? Find(string segment, WindowUpdate window)
    {
        var series = _state.Series[segment];
        var (age, index) = (series.Recent.Count - 1, IndexOf(window.Window.Start));
        while (age >= 0 && series.Recent[age].Index != index)
            age--;
        return age < 0 || series.Recent[age].Mean is null ? null : new(series, ModelsOf(segment).Pool, series.Recent[age], FullCycle);
    }

    /// <summary>A silence has begun to fire, or is over.</summary>
    public void OnSilence(string segment, bool isFiring, DateTimeOffset at)
    {
        if (!_state.Series.TryGetValue(segment, out var series))
            return;
        series.Silence.IsFiring = isFiring;
        if (isFiring)
            return;
        series.PastSilences.Add(at, series.Silence.Windows * _window);
        series.Silence.Restart();
        series.Rate.Discard();
        series.Pauses.EndSilence();
    }

    /// <summary>A surge has begun to fire, or is over.</summary>
    public void OnSurge(string segment, bool isFiring)
    {
        if (_state.Series.TryGetValue(segment, out var series))
            series.Surge.IsFiring = isFiring;
    }

    /// <summary>Adopts the volume of the last day: the whole baseline is scaled, so that its hours keep their proportions.</summary>
    public void Adopt(string segment)
    {
        if (!_state.Series.TryGetValue(segment, out var series))
            return;
        var day = new double[ScaleSums.Fields];
        series.Sums.Sum(series.Sums.Scales - 1, day);
        if (day[2] > 0)
            Scale(series.Baseline, day[0] / day[2]);
        (series.Sums, series.Residuals, series.Surge) = (new(), new(), new());
    }

    private static void Scale(SeasonalBaseline baseline, double factor)
    {
        foreach (var sums in new[] { baseline.Level, baseline.HourOfDay, baseline.Week, baseline.GoodWeeks }.OfType<SlotSums>())
        {
            for (var slot = 0; slot < sums.Slots; slot++)
                sums.Add(slot, 0, (factor - 1) * sums.Amount(slot));
        }
        baseline.Local.Clear();
        baseline.HeldBack.Clear();
    }

    private (BaselinePool Pool, VolumeForecaster Forecaster, BaselineLearning Learning) ModelsOf(string segment)
    {
        var separator = segment.IndexOf('=', StringComparison.Ordinal);
        var key = separator < 0 ? segment : segment.AsSpan(0, separator);
        if (_models.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var models))
            return models;
        var dimension = key.ToString();
        if (!_state.Pools.TryGetValue(dimension, out var pool))
            _state.Pools[dimension] = pool = new();
        var model = new SeasonalModel(BaselineMeasure.Count, _window, pool);
        return _models[dimension] = (pool, new(model, _window), new(model, _window, _criteria.WindowsPerDay));
    }

    /// <summary>Adds the segments that are tracked now, and removes those that are not any more.</summary>
    private void UpdateSeries(WindowClosed window)
    {
        if (_rule.Segments.Count == 0 && _state.Series.Count == 1)
            return;
        var tracked = SegmentsOf(window).ToHashSet();
        foreach (var gone in _state.Series.Keys.Where(segment => segment != SeriesKey.All && !tracked.Contains(segment)).ToList())
            _state.Series.Remove(gone);
        foreach (var segment in tracked)
            _state.Series.TryAdd(segment, new());
        Series = SegmentsInOrder();
    }

    private List<string> SegmentsInOrder() =>
        [SeriesKey.All, .. _state.Series.Keys.Where(static segment => segment != SeriesKey.All).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Returns the tracked segments of the watched dimensions, and the others of a dimension together as soon as there are any.
    /// </summary>
    private IEnumerable<string> SegmentsOf(WindowClosed window)
    {
        foreach (var segment in window.Tracked.Segments)
        {
            foreach (var (prefix, other) in _dimensions)
            {
                if (!segment.StartsWith(prefix, StringComparison.Ordinal) || (segment == other && !HasTexts(window, segment)))
                    continue;
                yield return segment;
                break;
            }
        }
    }

    private bool HasTexts(WindowClosed window, string segment) =>
        _state.Series.ContainsKey(segment) || window.Counts.Volumes.ContainsKey(segment);

    private static (long Texts, long Clusters) CountsOf(WindowCounts counts, string segment) =>
        counts.Volumes.GetValueOrDefault(segment) is { } volume ? (volume.Count, volume.Clusters) : (0, 0);

    private void AddSkipped(DateTimeOffset until, Func<string, bool> isSurging)
    {
        if (_state.Through is not { } through || through >= until)
            return;
        var skipped = (until - through) / _window;
        for (var start = through; start < until && skipped <= MaximumSkipped; start += _window)
            Add(start, static _ => default, isSurging);
    }

    private void Add(DateTimeOffset start, Func<string, (long Texts, long Clusters)> countsOf, Func<string, bool> isSurging)
    {
        var place = new WindowPlace(
            IndexOf(start), _calendar.SlotOf(start), _calendar.SlotOf(start.AddHours(-1)), _calendar.SlotOf(start.AddHours(1)));
        foreach (var pool in Series.Select(segment => ModelsOf(segment).Pool).Distinct())
            pool.Hours += _window.TotalHours;
        (VolumeSeries, VolumeForecast)? whole = null;
        var all = countsOf(SeriesKey.All).Clusters;
        foreach (var segment in Series)
        {
            var (series, models, counts) = (_state.Series[segment], ModelsOf(segment), countsOf(segment));
            double? rest = segment == SeriesKey.All ? null : Math.Max(0, all - counts.Clusters);
            var forecast = models.Forecaster.Forecast(series, place, whole, rest);
            if (segment == SeriesKey.All && forecast is not null)
                whole = (series, forecast);
            Observe(series, place, counts, rest, forecast, models.Pool);
            Learn(series, place, isSurging(segment), forecast, models, segment == SeriesKey.All ? null : whole);
        }
    }

    private void Observe(
        VolumeSeries series, WindowPlace place, (long Texts, long Clusters) counts, double? rest, VolumeForecast? forecast,
        BaselinePool pool)
    {
        var window = new VolumeWindow
        {
            Index = place.Index,
            Texts = counts.Texts,
            Clusters = counts.Clusters,
            Mean = forecast?.Mean,
            Lower = forecast?.Lower.Mean ?? 0,
            LowerDeviation = forecast?.Lower.Deviation ?? 0,
            IsSeen = forecast?.IsSeen ?? false,
            Unproven = forecast is { IsSeen: false } && rest is null ? forecast.Lower.Mean : 0,
        };
        series.Recent.Add(window);
        if (series.Recent.Count > _revisableWindows)
            series.Recent.RemoveAt(0);
        var keep = Math.Pow(0.5, _window / Memory);
        (series.Texts, series.Clusters) = (keep * series.Texts + counts.Texts, keep * series.Clusters + counts.Clusters);
        if (forecast is not null)
            Judge(series, place, window, forecast, pool);
        if (!series.Silence.IsFiring)
            series.Rate.Add(window, rest ?? 0, isOfRun: !series.Silence.IsEmpty, _window);
    }

    private void Judge(VolumeSeries series, WindowPlace place, VolumeWindow window, VolumeForecast forecast, BaselinePool pool)
    {
        var upper = forecast.IsSeen ? forecast.Upper.Mean : Math.Max(forecast.Upper.Mean, window.Clusters);
        series.Sums.Add(_criteria.WindowsPerDay, [window.Clusters, forecast.Upper.Deviation, upper, window.Texts]);
        series.Silence.Add(window, _rule.SilenceRatio);
        series.Silence.LogProbability = VolumeCriteria.Run(series, pool).Statistic;
        if (series.Silence.IsFiring)
            series.Pauses.AddSilent(place.Slot, _window);
        else if (window.Clusters >= Math.Max(3, _rule.SilenceRatio * forecast.Upper.Mean))
            series.Pauses.AddUsual(place.Slot);
    }

    private void Learn(
        VolumeSeries series, WindowPlace place, bool isSurging, VolumeForecast? forecast,
        (BaselinePool Pool, VolumeForecaster Forecaster, BaselineLearning Learning) models, (VolumeSeries, VolumeForecast)? whole)
    {
        var count = series.Recent[^1].Clusters;
        if (series.Silence.IsFiring || series.Silence.LogProbability >= Improbable || (count == 0 && series.Pauses.Includes(place.Slot)))
        {
            series.Residuals.Restart();
            return;
        }
        if (forecast is not null)
        {
            series.Residuals.Add(models.Pool.Dispersion, _criteria.WindowsPerDay, count, forecast.Mean);
            models.Pool.Dispersion.Refresh();
        }
        var isAlarmed = isSurging || series.Surge.IsNear;
        models.Learning.Add(series.Baseline, place.Index, place.Slot, 1, count, isAlarmed, VolumeForecaster.ParentOf(series, whole));
    }

    private bool Revise(VolumeSeries series, long index, (long Texts, long Clusters) counts)
    {
        var position = series.Recent.FindIndex(window => window.Index == index);
        if (position < 0)
            return false;
        var window = series.Recent[position];
        var (texts, clusters) = (counts.Texts - window.Texts, counts.Clusters - window.Clusters);
        if (texts == 0 && clusters == 0)
            return false;
        (window.Texts, window.Clusters) = (counts.Texts, counts.Clusters);
        var age = series.Recent.Count - 1 - position;
        series.Sums.Revise(age, 0, clusters);
        series.Sums.Revise(age, 3, texts);
        series.Silence.Revise(series.Recent, position, clusters, _rule.SilenceRatio);
        BaselineLearning.Revise(series.Baseline, index, 0, clusters);
        return true;
    }

    private long IndexOf(DateTimeOffset start) => start.UtcTicks / _window.Ticks;
}
