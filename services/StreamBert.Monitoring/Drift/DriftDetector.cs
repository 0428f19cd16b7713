using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Baselines;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Drift;

/// <summary>
/// Detects drift of the label mix, the confidence, the length, the unknown tokens and the embeddings against the last-good week and against
/// the reference profile of the model, and differences between a model version and the one before it. It judges at the end of each hour;
/// the result stands until the next. Its memory is two days and a week of hourly profiles.
/// </summary>
internal sealed class DriftDetector : IDetector
{
    private const int MaxProfiles = 4, ClearAfterHours = 2, QuantitiesOfTexts = 2;

    private readonly PipelineOptions _pipeline;
    private readonly DriftState _state;
    private readonly HourJournal _journal;
    private readonly WeekReferences _references;
    private readonly SpanComparison _spans;
    private readonly ProfileComparison _profiles;
    private readonly VersionComparison _versions;
    private readonly EmbeddingComparison _embeddings;
    private readonly DriftReporter _reporter;
    private readonly AlertPolicy _policy;
    private bool _isReportDue;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="revisableWindows">The number of closed windows that late texts can revise.</param>
    /// <param name="state">The state.</param>
    public DriftDetector(PipelineOptions pipeline, int revisableWindows, DriftState state)
    {
        (_pipeline, _state, state.RevisableWindows) = (pipeline, state, revisableWindows);
        var (rules, window) = (pipeline.Monitor.Rules, pipeline.Monitor.Window);
        _journal = new(state, window);
        _references = new(_journal, new(rules));
        _spans = new(state, _journal, _references, rules);
        _profiles = new(state, _journal);
        _versions = new(state, _journal, _references);
        _embeddings = new(state, _journal, _references, rules);
        _reporter = new(_journal);
        // The result of an hour stands for its windows: that of two hours must be normal.
        _policy = new(1, 1 + (ClearAfterHours - 1) * (int)Math.Max(1, _journal.Hour / window));
    }

    public string Name => "drift";

    /// <summary>Adds the published profile of a model version.</summary>
    public static void Accept(DriftState state, ModelProfiled profiled)
    {
        state.Profiles.RemoveAll(known => known.Version == profiled.Version);
        state.Profiles.Add(profiled);
        if (state.Profiles.Count > MaxProfiles)
            state.Profiles.RemoveAt(0);
    }

    public IReadOnlyList<Assessment> Assess(WindowClosed window, ActiveAlerts alerts)
    {
        var (version, isGood) = (_state.Version, !IsUnfit(alerts));
        var isComplete = _journal.Add(window, isGood);
        if (version is not null && version != _state.Version)
            EndVersionChange();
        _isReportDue = isComplete;
        if (isComplete)
            Judge(isGood, alerts.ContainsAny(AlertKinds.VersionChange));
        return [.. _state.Results.Select(result => Assess(result, window.Window))];
    }

    public IReadOnlyList<MonitorReport> Report(WindowClosed window) => !_isReportDue ? []
        : [.. _state.Results.Select(result => new MonitorReport.Drift(_reporter.Report(result, RuleOf(result))))];

    /// <summary>Updates the profile of the hour; the next hour is compared with it.</summary>
    public IReadOnlyList<Assessment> Reassess(WindowRevised window)
    {
        _journal.Revise(window);
        return [];
    }

    public void OnTransition(Transition transition)
    {
        if (transition is not Transition.Adopted adopted || adopted.Assessment.Evidence is not DriftEvidence { Result: var result })
            return;
        if (result.Detail == ProfileComparison.ModelProfile)
        {
            _state.Dismissed.RemoveWhere(name => !name.EndsWith($"@{_state.Version}", StringComparison.Ordinal));
            _state.Dismissed.Add($"{result.Kind}/{result.Head}@{_state.Version}");
        }
        else
        {
            Adopt(adopted, result.Kind == AlertKinds.VersionChange);
        }
        result.Condition = Condition.Normal;
    }

    /// <summary>Makes the hours since the change the last-good week.</summary>
    private void Adopt(Transition.Adopted adopted, bool isVersion)
    {
        _state.Hours.RemoveAll(hour => isVersion ? hour.Version != _state.Version : hour.End <= adopted.At - adopted.After);
        _state.Hours.ForEach(static hour => hour.IsGood = true);
        if (isVersion)
            _state.PreviousVersion = null;
    }

    private void Judge(bool isGood, bool isVersionChanged)
    {
        _references.Clear();
        List<DriftMeasure> measures = [.. DriftMeasure.All(_pipeline.Monitor.Rules.Drift, _journal.Hours, _profiles.Profile)];
        var heads = Math.Max(1, (measures.Count - QuantitiesOfTexts) / 2);
        List<DriftResult> results = [.. _versions.Compare(measures, isGood)];
        isVersionChanged |= results.Exists(static result => result.Condition == Condition.Breach);
        results.AddRange(measures.Select(measure =>
            _spans.Compare(measure, measure.Head == DriftMeasure.AllHeads ? 1 : heads, isGood)));
        results.Add(_embeddings.Compare());
        if (isVersionChanged)
            results.ForEach(Explain);
        if (results.Exists(static result => result.Condition == Condition.Breach))
            _journal.Last(HourJournal.RecentHours).ForEach(static hour => hour.IsGood = false);
        if (_profiles.IsDue)
        {
            results.AddRange(measures.Select(_profiles.Compare).OfType<DriftResult>());
            if (_profiles.Profile is { } profile && _embeddings.CompareWithProfile(profile) is { } embeddings)
                results.Add(embeddings);
        }
        Replace(results);
    }

    /// <summary>The version that was compared answers no longer.</summary>
    private void EndVersionChange()
    {
        foreach (var result in _state.Results.Where(static result => result.Kind == AlertKinds.VersionChange))
            result.Condition = Condition.Normal;
    }

    /// <summary>While the version explains a change of the answers, the change is no drift of its own.</summary>
    private static void Explain(DriftResult result)
    {
        if (result is { Kind: AlertKinds.LabelDrift or AlertKinds.ConfidenceDrift, Condition: Condition.Breach })
            result.Condition = Condition.Inconclusive;
    }

    private void Replace(List<DriftResult> results)
    {
        foreach (var result in results)
        {
            _state.Results.RemoveAll(old => old.Kind == result.Kind && old.Head == result.Head && old.Detail == result.Detail);
            if (result.Condition == Condition.Breach)
                result.Terms = DriftTerms.Of(_state, _journal.Last(HourJournal.RecentHours));
        }
        _state.Results.AddRange(results);
    }

    /// <summary>Whether an alert about all labels of the pipeline, or about drift, makes the hour unfit as a reference.</summary>
    private bool IsUnfit(ActiveAlerts alerts) =>
        alerts.ContainsAny(AlertKinds.VersionChange)
        || _state.Results.Exists(static result => result.Condition == Condition.Breach && result.Detail != ProfileComparison.ModelProfile)
        || alerts.Fingerprints.Any(IsAboutLabels);

    private bool IsAboutLabels(string fingerprint) =>
        (fingerprint.StartsWith($"{AlertKinds.LabelSurge}:{_pipeline.Name}:", StringComparison.Ordinal)
            || fingerprint.StartsWith($"{AlertKinds.LabelDrop}:{_pipeline.Name}:", StringComparison.Ordinal))
        && $"{fingerprint}:".Contains($":{SeriesKey.All}:", StringComparison.Ordinal);

    private Assessment Assess(DriftResult result, TimeWindow window) => new(RuleOf(result), window, result.Condition, new DriftEvidence
    {
        Window = result.Window.End > result.Window.Start ? result.Window : window,
        Result = result,
        GroupsStories = _pipeline.Monitor.Rules.GroupStories,
        BaselineAge = result.BaselineHours < WeekCalendar.HoursOfWeek ? TimeSpan.FromHours(result.BaselineHours) : null,
        IsCritical = result.Details.Distance >= DriftEvidence.CriticalFactor * result.Details.Floor && result.Details.Measure != "auc",
    });

    private AlertRule RuleOf(DriftResult result) =>
        new(result.Kind, new(_pipeline.Name, result.Head, SeriesKey.All), _policy, result.Detail) { IsAdoptable = true };
}
