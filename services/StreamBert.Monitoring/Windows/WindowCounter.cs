using StreamBert.Contracts;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// Counts predictions of one pipeline into windows: per head in <c>all</c> and in the segment of the text, sentiment also per entity it mentions.
/// Which segments and entities are series is decided when a window closes, so that it does not depend on the order of its texts.
/// </summary>
public sealed class WindowCounter(PipelineOptions pipeline, WindowOptions options, WindowsState state)
{
    /// <summary>Entities of one text that count, and characters of a name: a text of nothing but names must not flood the roster.</summary>
    private const int MaxMentions = 16, LongestName = 80;

    /// <summary>Names and groups counted in one window for each that has a place.</summary>
    private const int CandidatesPerPlace = 10;

    private readonly MonitorOptions _monitor = pipeline.Monitor;
    private readonly string[] _attributes = [.. pipeline.Monitor.Fairness.Select(rule => rule.Attribute).Distinct()];
    private readonly (FairnessRule Rule, string Key)[] _rules = [.. pipeline.Monitor.Fairness.Select(rule => (rule, rule.Key()))];

    /// <summary>Counts a text in its window, which is still open.</summary>
    public void Count(WindowCounts window, TextClassified prediction)
    {
        var mentions = Mentions(prediction);
        foreach (var (segment, head, label, confidence) in mentions)
        {
            if (BoundedTable.GetOrAdd(window.Mentions, segment, options.MaxEntities * CandidatesPerPlace) is not { } counts)
                continue;
            counts.Head = head;
            counts.Last = prediction.OccurredAt > counts.Last ? prediction.OccurredAt : counts.Last;
            counts.Series.Add(label, confidence, late: false);
        }
        Count(window, prediction, SegmentOf(prediction), [.. mentions.Select(static mention => mention.Segment)], late: false);
    }

    /// <summary>Counts a text in its window, which has closed: only in series that there are.</summary>
    public void CountLate(WindowCounts window, TextClassified prediction)
    {
        var mentions = Mentions(prediction).FindAll(mention => state.Entities.Counted.ContainsKey(mention.Segment));
        foreach (var mention in mentions)
            window.Of(mention.Head, mention.Segment).Add(mention.Label, mention.Confidence, late: true);
        var segment = SegmentOf(prediction) is { } own && state.Segments.Contains(own) ? own : null;
        Count(window, prediction, segment, [.. mentions.Select(static mention => mention.Segment)], late: true);
    }

    /// <summary>Decides, at the close of a window, which of its segments and entities are series; the others remain counted in <c>all</c>.</summary>
    public void Complete(WindowCounts window)
    {
        KeepSegments(window);
        foreach (var (segment, counts) in window.Mentions.InOrder())
        {
            if (state.Entities.Counts(segment, counts.Last, counts.Series.Count, options))
                Segments(window, counts.Head)[segment] = counts.Series;
        }
        window.Mentions = [];
    }

    private void Count(WindowCounts window, TextClassified prediction, string? segment, List<string> mentions, bool late)
    {
        window.Count++;
        window.Versions[prediction.ModelVersion] = window.Versions.GetValueOrDefault(prediction.ModelVersion) + 1;
        foreach (var (head, answer) in prediction.Heads)
        {
            window.Of(head, SeriesKey.All).Add(answer.Label, answer.Confidence, late);
            if (segment is not null && head != _monitor.SegmentHead)
                window.Of(head, segment).Add(answer.Label, answer.Confidence, late);
        }
        CountTypes(window, prediction, late);
        CountGroups(window, prediction);
        window.Sample.Add(prediction, segment ?? SeriesKey.All, segment is null ? options.SamplesWithoutSegments : options.SamplesPerSegment, _attributes, mentions);
    }

    /// <summary>The types of entity a text names, each once: the label mix of the head that names them.</summary>
    private static void CountTypes(WindowCounts window, TextClassified prediction, bool late)
    {
        foreach (var entity in (prediction.Entities ?? []).DistinctBy(static entity => (entity.Head, entity.Type)))
            window.Of(entity.Head, SeriesKey.All).Add(entity.Type, entity.Confidence, late);
    }

    /// <summary>The entities a text mentions, each once, with what is counted of it: its sentiment, or the entity's type where there is no sentiment.</summary>
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
        foreach (var segments in window.Series.InOrder().Select(static head => head.Value))
        {
            foreach (var segment in segments.Keys.Where(segment => segment != SeriesKey.All && !state.Segments.Contains(segment)).Order(StringComparer.Ordinal).ToList())
            {
                if (state.Segments.Count < options.MaxSegments)
                    state.Segments.Add(segment);
                else
                    segments.Remove(segment);
            }
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
            BoundedTable.GetOrAdd(groups, group, options.MaxGroups * CandidatesPerPlace)?.Add(selected);
        }
    }
}
