using StreamBert.Contracts;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Tables;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// Counts predictions of one pipeline into windows: per head in <c>all</c> and in the segment of the text, sentiment also per entity it
/// mentions.
/// Which segments and entities are series is decided when a window closes, so that it does not depend on the order of its texts.
/// </summary>
/// <param name="isWatched">Whether a group is one of those that a fairness rule compares.</param>
public sealed class WindowCounter(PipelineOptions pipeline, WindowOptions options, WindowsState state, Func<string, string, bool> isWatched)
{
    /// <summary>As which labels count that find no place.</summary>
    public const string OtherLabels = "(other labels)";

    /// <summary>Model versions counted in one window; it is a few, but a stranger may name any.</summary>
    private const int MaxVersions = 100;
    private const string Heads = "heads", Versions = "model versions";

    /// <summary>Entities of one text that count, and characters of a name: a text of nothing but names must not flood the roster.</summary>
    private const int MaxMentions = 16, LongestName = 80;

    /// <summary>Names and groups counted in one window for each that has a place.</summary>
    private const int CandidatesPerPlace = 10;

    private readonly MonitorOptions _monitor = pipeline.Monitor;
    private readonly string[] _attributes = [.. pipeline.Monitor.Fairness.Select(static rule => rule.Attribute).Distinct()];
    private readonly (FairnessRule Rule, string Key)[] _rules = [.. pipeline.Monitor.Fairness.Select(static rule => (rule, rule.Key()))];

    /// <summary>Counts a text in its window, which is still open.</summary>
    public void Count(WindowCounts window, TextClassified prediction)
    {
        var mentions = Mentions(prediction);
        foreach (var (segment, head, label, confidence) in mentions)
        {
            var found = BoundedTable.GetOrAdd(
                window.Mentions,
                segment,
                options.MaxEntities * CandidatesPerPlace,
                state.Entities.Counted.ContainsKey,
                out var displaced);
            window.CountOutside(TableDetector.Entities, (displaced?.Series.Count ?? 0) + (found is null ? 1 : 0));
            if (found is not { } counts)
                continue;
            counts.Head = head;
            counts.Last = prediction.OccurredAt > counts.Last ? prediction.OccurredAt : counts.Last;
            counts.Series.Add(label, confidence, late: false);
        }
        Count(
            window,
            prediction,
            Admitted(window, SegmentOf(prediction)),
            [.. mentions.Select(static mention => mention.Segment)],
            late: false);
    }

    /// <summary>The segment, if it is known or there is room for a candidate; else its text counts in <c>all</c> only.</summary>
    private string? Admitted(WindowCounts window, string? segment)
    {
        if (segment is null || state.SegmentUses.ContainsKey(segment) || window.Sample.Strata.ContainsKey(segment)
            || window.Sample.Strata.Count < options.MaxSegments * CandidatesPerPlace)
        {
            return segment;
        }

        window.CountOutside(TableDetector.Segments, 1);
        return null;
    }

    /// <summary>Counts a text in its window, which has closed: only in series that there are.</summary>
    public void CountLate(WindowCounts window, TextClassified prediction)
    {
        var mentions = Mentions(prediction).FindAll(mention => state.Entities.Counted.ContainsKey(mention.Segment));
        foreach (var mention in mentions)
            window.Of(mention.Head, mention.Segment).Add(mention.Label, mention.Confidence, late: true);
        var segment = SegmentOf(prediction) is { } own && state.SegmentUses.ContainsKey(own) ? own : null;
        Count(window, prediction, segment, [.. mentions.Select(static mention => mention.Segment)], late: true);
    }

    /// <summary>
    /// Decides, at the close of a window, which of its segments and entities are series; the others remain counted in <c>all</c>.
    /// </summary>
    public void Complete(WindowCounts window)
    {
        KeepSegments(window);
        KeepLabels(window);
        state.Entities.Refused.Clear();
        foreach (var (segment, counts) in window.Mentions.InOrder())
        {
            if (state.Entities.Counts(segment, counts.Last, counts.Series.Count, options))
                Segments(window, counts.Head)[segment] = counts.Series;
        }
        window.Mentions = [];
        if (_monitor.EntityHead is not null)
            window.Pressure.Add(Refused(window));
        state.Untracked += window.Pressure.Sum(static table => table.Uses) + window.Outside.GetValueOrDefault(Heads)
            + window.Outside.GetValueOrDefault(Versions);
    }

    private TablePressure Refused(WindowCounts window)
    {
        var outside = window.Outside.GetValueOrDefault(TableDetector.Entities);
        return new(
            TableDetector.Entities,
            options.MaxEntities,
            state.Entities.Refused.Count + (outside > 0 ? 1 : 0),
            state.Entities.Refused.Values.Sum() + outside);
    }

    private void Count(WindowCounts window, TextClassified prediction, string? segment, List<string> mentions, bool late)
    {
        window.Count++;
        CountVersion(window, prediction.ModelVersion);
        foreach (var (head, answer) in prediction.Heads)
        {
            if (!IsOwn(window, head))
                continue;
            var label = LabelOf(window, head, answer.Label);
            window.Of(head, SeriesKey.All).Add(label, answer.Confidence, late);
            if (segment is not null && head != _monitor.SegmentHead)
                window.Of(head, segment).Add(label, answer.Confidence, late);
        }
        CountTypes(window, prediction, late);
        CountGroups(window, prediction);
        window.Sample.Add(
            prediction,
            segment ?? SeriesKey.All,
            segment is null ? options.SamplesWithoutSegments : options.SamplesPerSegment,
            _attributes,
            mentions);
    }

    private void CountVersion(WindowCounts window, string version)
    {
        if (window.Versions.TryGetValue(version, out var count) || window.Versions.Count < MaxVersions
            || (state.Closed is [.., var last] && last.Version == version))
        {
            window.Versions[version] = count + 1;
        }
        else
        {
            window.CountOutside(Versions, 1);
        }
    }

    /// <summary>Whether the pipeline has a head of that name; a series of another would be nobody's.</summary>
    private bool IsOwn(WindowCounts window, string head)
    {
        if (pipeline.Heads.Count == 0 || pipeline.Heads.Contains(head))
            return true;
        window.CountOutside(Heads, 1);
        return false;
    }

    /// <summary>The label, if it is known or there is room for one more; else <see cref="OtherLabels"/>.</summary>
    private string LabelOf(WindowCounts window, string head, string label)
    {
        var labels = window.Of(head, SeriesKey.All).Labels;
        if (labels.Count < options.MaxLabels || labels.ContainsKey(label)
            || state.LabelUses.GetValueOrDefault(head)?.ContainsKey(label) == true)
        {
            return label;
        }

        window.CountOutside(TableDetector.Labels + head, 1);
        return OtherLabels;
    }

    /// <summary>The types of entity a text names, each once: the label mix of the head that names them.</summary>
    private void CountTypes(WindowCounts window, TextClassified prediction, bool late)
    {
        foreach (var entity in (prediction.Entities ?? []).DistinctBy(static entity => (entity.Head, entity.Type)))
        {
            if (IsOwn(window, entity.Head))
                window.Of(entity.Head, SeriesKey.All).Add(LabelOf(window, entity.Head, entity.Type), entity.Confidence, late);
        }
    }

    /// <summary>
    /// The entities a text mentions, each once, with what is counted of it: its sentiment, or the entity's type where there is no
    /// sentiment.
    /// </summary>
    private List<(string Segment, string Head, string Label, double Confidence)> Mentions(TextClassified prediction)
    {
        if (_monitor.EntityHead is not { } entityHead || prediction.Entities is not { } entities)
            return [];
        var sentiment = prediction.Heads.GetValueOrDefault(_monitor.SentimentHead);
        return [.. entities.Where(entity => entity.Head == entityHead && entity.Text is { Length: <= LongestName }).Take(MaxMentions)
            .DistinctBy(static entity => SeriesKey.OfEntity(entity.Type, entity.Text!))
            .Select(entity => (SeriesKey.OfEntity(entity.Type, entity.Text!), sentiment is null ? entityHead : _monitor.SentimentHead,
                sentiment?.Label ?? entity.Type, sentiment?.Confidence ?? entity.Confidence))];
    }

    /// <summary>The segment of a text, such as <c>topic=Energy</c>; null without a segment head.</summary>
    private string? SegmentOf(TextClassified prediction) =>
        _monitor.SegmentHead is { } head && prediction.Heads.TryGetValue(head, out var answer) ? $"{head}={answer.Label}" : null;

    private void KeepSegments(WindowCounts window)
    {
        if (_monitor.SegmentHead is null)
            return;
        var used = new Dictionary<string, long>();
        foreach (var (segment, counts) in window.Series.Values.SelectMany(static segments => segments)
            .Where(static segment => segment.Key != SeriesKey.All))
        {
            used[segment] = Math.Max(used.GetValueOrDefault(segment), counts.Count);
        }

        var change = RecentUse.Update(
            TableDetector.Segments,
            state.SegmentUses,
            used,
            options.MaxSegments,
            window.Outside.GetValueOrDefault(TableDetector.Segments));
        window.Pressure.Add(change.Pressure);
        foreach (var segments in window.Series.Values)
        {
            foreach (var segment in used.Keys.Where(segment => !state.SegmentUses.ContainsKey(segment)))
                segments.Remove(segment);
        }
    }

    private void KeepLabels(WindowCounts window)
    {
        foreach (var (head, segments) in window.Series.InOrder())
        {
            if (!segments.TryGetValue(SeriesKey.All, out var all))
                continue;
            if (!state.LabelUses.TryGetValue(head, out var uses))
                state.LabelUses[head] = uses = [];
            var table = TableDetector.Labels + head;
            window.Pressure.Add(RecentUse.Update(
                table,
                uses,
                all.Labels.Where(static label => label.Key != OtherLabels),
                options.MaxLabels,
                window.Outside.GetValueOrDefault(table)).Pressure);
        }
    }

    private static Dictionary<string, SeriesCounts> Segments(WindowCounts window, string head)
    {
        if (!window.Series.TryGetValue(head, out var segments))
            window.Series[head] = segments = [];
        return segments;
    }

    private void CountGroups(WindowCounts window, TextClassified prediction)
    {
        foreach (var (rule, key) in _rules)
        {
            if (!rule.Applies(prediction, out var group, out var selected))
                continue;
            if (!window.Groups.TryGetValue(key, out var groups))
                window.Groups[key] = groups = [];
            var found = BoundedTable.GetOrAdd(
                groups,
                group,
                options.MaxGroups * CandidatesPerPlace,
                name => isWatched(key, name),
                out var displaced);
            found?.Add(selected);
            window.CountOutside(TableDetector.Groups + key, (displaced?.Count ?? 0) + (found is null ? 1 : 0));
        }
    }
}
