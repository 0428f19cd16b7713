using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Feedback;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Statistics.Sequential;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Accuracy;

/// <summary>
/// Estimates the accuracy of each series by the hour from the calibrated confidences, and compares it with the last-good week: a CUSUM of
/// standardised declines, with a threshold for the budget of false alarms, and a floor for the decline itself. It is blind to concept
/// drift; the labelled accuracy is therefore reported beside the estimate. Series are all texts, the segments of heads, attributes and
/// sources, and the groups of fairness rules. A decline of one version of the model is never adopted as normal; one that a new version
/// came with is, in time.
/// </summary>
internal sealed class AccuracyDetector : IDetector
{
    private static readonly AlertPolicy Policy = new(RaiseAfter: 1, ClearAfter: 1);

    private readonly PipelineOptions _pipeline;
    private readonly AccuracyRule _rule;
    private readonly AccuracyState _state;
    private readonly AccuracyReporter _reporter;
    private readonly AccuracyWeek _week;
    private readonly double _hoursToFalseAlarm;
    private readonly string[] _segmentPrefixes;
    private readonly List<MonitorReport> _due = [];

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="falseAlarmInterval">The time in which one false alarm of all series together is allowed.</param>
    /// <param name="state">The state, which is changed with every window.</param>
    /// <param name="feedback">The join of feedback, whose misses are reported.</param>
    public AccuracyDetector(PipelineOptions pipeline, TimeSpan falseAlarmInterval, AccuracyState state, FeedbackState feedback)
    {
        (_pipeline, _rule, _state) = (pipeline, pipeline.Monitor.Rules.Accuracy, state);
        (_reporter, _week) = (new(pipeline, feedback), new(pipeline));
        _hoursToFalseAlarm = falseAlarmInterval / AccuracyHour.LengthFor(pipeline);
        _segmentPrefixes =
        [
            .. pipeline.Dimensions.Where(static dimension => dimension.Kind != SegmentKind.Entity)
                .Select(static dimension => dimension.SegmentOf("")),
        ];
    }

    public string Name => "accuracy";

    /// <summary>Assesses all series when an hour has ended; between the hours only those whose alert is open.</summary>
    public IReadOnlyList<Assessment> Assess(WindowClosed window, ActiveAlerts alerts)
    {
        var hour = AccuracyHour.Of(_pipeline, window.Window.Start);
        var isComplete = hour > _state.Hour;
        if (isComplete)
            CompleteHour(hour);
        AddLabels(window);
        AddCounts(window.Counts);
        if (!isComplete && !alerts.ContainsAny(AlertKinds.AccuracyDrop))
            return [];
        var (ofAll, ofSegments) = Thresholds();
        return
        [
            .. AllSeries().Where(static series => series.Series.Reference is { IsSufficient: true })
                .Select(series => Assess(window.Window, series, series.Segment == SeriesKey.All ? ofAll : ofSegments))
                .Where(assessment => isComplete || alerts.Contains(assessment.Rule)),
        ];
    }

    public IReadOnlyList<Assessment> Reassess(WindowRevised window) => [];

    /// <summary>Starts again from the present level when a decline is adopted, and without evidence when the alert is resolved.</summary>
    public void OnTransition(Transition transition)
    {
        var (head, segment) = (transition.Alert.Series.Head, transition.Alert.Series.Segment);
        if (_state.Heads.GetValueOrDefault(head)?.GetValueOrDefault(segment) is not { } series || transition is Transition.Raised)
            return;
        AccuracyDecline.Reset(series);
        if (transition is Transition.Adopted)
            series.Reference = null;
    }

    public IReadOnlyList<MonitorReport> Report(WindowClosed window)
    {
        List<MonitorReport> reports = [.. _due];
        _due.Clear();
        return reports;
    }

    private IEnumerable<(string Head, string Segment, AccuracySeries Series)> AllSeries() => _state.Heads.OrderedByKey()
        .SelectMany(static head => head.Value.OrderedByKey().Select(series => (head.Key, series.Key, series.Value)));

    private AccuracySeries SeriesOf(string head, string segment)
    {
        if (!_state.Heads.TryGetValue(head, out var segments))
            _state.Heads[head] = segments = [];
        if (!segments.TryGetValue(segment, out var series))
            segments[segment] = series = new();
        return series;
    }

    private bool IsWatched(string head) => _rule.Heads.Count == 0 || _rule.Heads.Contains(head);

    private bool IsWatchedSegment(string segment) =>
        segment == SeriesKey.All || Array.Exists(_segmentPrefixes, prefix => segment.StartsWith(prefix, StringComparison.Ordinal));

    private void AddCounts(WindowCounts window)
    {
        foreach (var (version, texts) in window.Versions)
            _state.Versions[version] = _state.Versions.GetValueOrDefault(version) + texts;
        foreach (var (head, segments) in window.Series)
        {
            if (!IsWatched(head))
                continue;
            foreach (var (segment, counts) in segments)
            {
                if (counts.Count > 0 && IsWatchedSegment(segment))
                    SeriesOf(head, segment).Current.Add(counts);
            }
        }
        foreach (var rule in _pipeline.Monitor.Rules.Fairness.DistinctBy(static rule => (rule.Attribute, rule.Head)))
        {
            if (IsWatched(rule.Head) && !IsWatchedSegment($"{rule.Attribute}="))
                AddGroups(window, rule);
        }
    }

    /// <summary>Adds the groups of a fairness rule, unless they are segments.</summary>
    private void AddGroups(WindowCounts window, FairnessRule rule)
    {
        foreach (var (group, counts) in window.Groups.GetValueOrDefault(rule.Id()) ?? [])
        {
            if (counts.Count == 0)
                continue;
            var squares = window.Clusters.OfGroup(rule.Id(), group).Sum(static cluster => (double)cluster.Texts * cluster.Texts);
            SeriesOf(rule.Head, $"{rule.Attribute}={group}").Current.Add(counts, squares);
        }
    }

    private void AddLabels(WindowClosed window)
    {
        foreach (var change in window.Labels)
        {
            if (change.Removed is { } former)
            {
                foreach (var series in FindSeries(former.Text))
                    series.Labelled?.Remove(former);
            }
            if (change.Given is { } given)
            {
                foreach (var series in FindSeries(given))
                    (series.Labelled ??= new()).Add(given, window.Window.End, change.IsFirst);
            }
        }
    }

    private IEnumerable<AccuracySeries> FindSeries(LabelledPrediction text) => IsWatched(text.Head)
        && _state.Heads.GetValueOrDefault(text.Head) is { } segments
            ? text.Segments.Prepend(SeriesKey.All).Select(segment => segments.GetValueOrDefault(segment)).OfType<AccuracySeries>() : [];

    /// <summary>Compares and reports the hour that has ended, and removes the segments that had no text for a day.</summary>
    private void CompleteHour(long next)
    {
        foreach (var (head, segment, series) in AllSeries())
        {
            if (series.Current.Texts == 0 && series.Labelled is not { IsNew: true })
                continue;
            AccuracyDecline.Add(series, _week, _state.Hour);
            series.Recent.Add(_state.Hour, series.Current);
            series.Current = new();
            _due.Add(new MonitorReport.Accuracy(_reporter.Report(head, segment, series)));
            series.Labelled?.CompleteHour();
        }
        CompleteVersion();
        RemoveIdle(next - RecentHours.Hours);
        _state.Hour = next;
    }

    private void CompleteVersion()
    {
        if (_state.Versions.Count == 0)
            return;
        var version = _state.Versions.OrderedByKey().MaxBy(static version => version.Value).Key;
        if (version != _state.Version)
            (_state.Version, _state.VersionSince) = (version, _state.Hour);
        _state.Versions.Clear();
    }

    private void RemoveIdle(long before)
    {
        foreach (var segments in _state.Heads.Values)
        {
            foreach (var (segment, series) in segments)
            {
                if (segment != SeriesKey.All && series.Recent.Last < before)
                    segments.Remove(segment);
            }
        }
    }

    private Assessment Assess(TimeWindow window, (string Head, string Segment, AccuracySeries Series) of, double threshold)
    {
        var (head, segment, series) = of;
        var (hour, decline) = (series.Recent.Last, AccuracyDecline.MeanOf(series, _week));
        var evidence = new AccuracyEvidence
        {
            Window = AccuracyHour.WindowOf(_pipeline, hour),
            Estimate = AccuracyReporter.EstimateOf(series, hours: 1),
            Expected = series.Reference!.Expected(_week, hour),
            Decline = series.Decline,
            Threshold = threshold,
            MeanDecline = decline,
            Hours = AccuracyDecline.EffectHours(series),
            IsCritical = decline >= 2 * _rule.MinimumDrop,
            BaselineAge = series.Reference.Age,
        };
        var condition = series.Decline >= threshold && decline >= _rule.MinimumDrop ? Condition.Breach
            : series.Decline < threshold / 2 || decline < _rule.MinimumDrop / 2 ? Condition.Normal : Condition.Inconclusive;
        var rule = new AlertRule(AlertKinds.AccuracyDrop, new(_pipeline.Name, head, segment), Policy)
        {
            IsAdoptable = _state.VersionSince >= hour - series.DeclineHours,
        };
        return new(rule, window, condition, evidence);
    }

    /// <summary>
    /// Returns the thresholds of the CUSUM with which false alarms take as long as the budget allows: all texts of the heads share half of
    /// it, the segments and groups the rest.
    /// </summary>
    private (double OfAll, double OfSegments) Thresholds()
    {
        var segments = _state.Heads.Values.Sum(static segments => segments.Keys.Count(static segment => segment != SeriesKey.All));
        var share = segments > 0 ? 2 : 1;
        return (
            Cusum.ThresholdFor(_hoursToFalseAlarm * share * Math.Max(1, _state.Heads.Count)),
            Cusum.ThresholdFor(_hoursToFalseAlarm * share * Math.Max(1, segments)));
    }
}
