using StreamBert.Contracts;
using StreamBert.Monitoring.Fairness;

namespace StreamBert.Monitoring.Windows;

/// <summary>Counts predictions of one pipeline into windows: per head in <c>all</c> and in the segment of the text, sentiment also per entity it mentions.</summary>
public sealed class WindowCounter(PipelineOptions pipeline, WindowOptions options, EntityRoster entities)
{
    /// <summary>Entities of one text that count, and characters of a name: a text of nothing but names must not flood the roster.</summary>
    private const int MaxMentions = 16, LongestName = 80;

    private readonly Dictionary<string, string> _segments = [];
    private readonly MonitorOptions _monitor = pipeline.Monitor;
    private readonly string[] _attributes = [.. pipeline.Monitor.Fairness.Select(rule => rule.Attribute).Distinct()];
    private readonly (FairnessRule Rule, string Key)[] _rules = [.. pipeline.Monitor.Fairness.Select(rule => (rule, rule.Key()))];

    public void Count(WindowCounts window, TextClassified prediction, bool late)
    {
        var segment = SegmentOf(prediction);
        window.Count++;
        window.Versions[prediction.ModelVersion] = window.Versions.GetValueOrDefault(prediction.ModelVersion) + 1;
        foreach (var (head, answer) in prediction.Heads)
        {
            Series(window, head, SeriesKey.All).Add(answer.Label, answer.Confidence, late);
            if (segment is not null && head != _monitor.SegmentHead)
                Series(window, head, segment).Add(answer.Label, answer.Confidence, late);
        }
        CountTypes(window, prediction, late);
        var mentions = CountMentions(window, prediction, late);
        CountGroups(window, prediction);
        window.Sample.Add(prediction, segment ?? SeriesKey.All, segment is null ? options.SamplesWithoutSegments : options.SamplesPerSegment, _attributes, mentions);
    }

    /// <summary>The types of entity a text names, each once: the label mix of the head that names them.</summary>
    private static void CountTypes(WindowCounts window, TextClassified prediction, bool late)
    {
        foreach (var entity in (prediction.Entities ?? []).DistinctBy(entity => (entity.Head, entity.Type)))
            Series(window, entity.Head, SeriesKey.All).Add(entity.Type, entity.Confidence, late);
    }

    /// <summary>Counts the text once for each entity it mentions: its sentiment, or the entity's type where there is no sentiment.</summary>
    /// <returns>The segments it was counted in.</returns>
    private List<string> CountMentions(WindowCounts window, TextClassified prediction, bool late)
    {
        List<string> counted = [];
        if (_monitor.EntityHead is not { } entityHead)
            return counted;
        foreach (var entity in (prediction.Entities ?? []).Where(entity => entity.Head == entityHead && entity.Text is { Length: <= LongestName }).Take(MaxMentions))
        {
            var segment = SeriesKey.OfEntity(entity.Type, entity.Text!);
            if (counted.Contains(segment) || !entities.Counts(segment, prediction.OccurredAt, options))
                continue;
            counted.Add(segment);
            if (prediction.Heads.TryGetValue(_monitor.SentimentHead, out var answer))
                Series(window, _monitor.SentimentHead, segment).Add(answer.Label, answer.Confidence, late);
            else
                Series(window, entityHead, segment).Add(entity.Type, entity.Confidence, late);
        }
        return counted;
    }

    /// <summary>The segment of a text, such as <c>topic=Energy</c>; null without a segment head, or past the number of segments counted.</summary>
    private string? SegmentOf(TextClassified prediction)
    {
        if (_monitor.SegmentHead is null || !prediction.Heads.TryGetValue(_monitor.SegmentHead, out var answer))
            return null;
        if (_segments.TryGetValue(answer.Label, out var segment))
            return segment;
        return _segments.Count < options.MaxSegments ? _segments[answer.Label] = $"{_monitor.SegmentHead}={answer.Label}" : null;
    }

    private static SeriesCounts Series(WindowCounts window, string head, string segment)
    {
        if (!window.Series.TryGetValue(head, out var segments))
            window.Series[head] = segments = [];
        if (segments.TryGetValue(segment, out var series))
            return series;
        return segments[segment] = new() { Confidences = segment == SeriesKey.All ? new int[SeriesCounts.Bins] : null };
    }

    private void CountGroups(WindowCounts window, TextClassified prediction)
    {
        foreach (var (rule, key) in _rules)
        {
            if (!rule.Applies(prediction, out var group, out var selected))
                continue;
            if (!window.Groups.TryGetValue(key, out var groups))
                window.Groups[key] = groups = [];
            if (!groups.TryGetValue(group, out var counts))
            {
                if (groups.Count >= options.MaxGroups)
                    continue;
                groups[group] = counts = new();
            }
            counts.Add(selected);
        }
    }
}
