using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Tables;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// Counts the predictions of one pipeline into windows: each head in <c>all</c> and in the segment of the text, and sentiment also in
/// the segment of each entity that the text mentions.
/// </summary>
internal sealed class WindowCounter(PipelineOptions pipeline, WindowOptions options, WindowsState state)
{
    /// <summary>The label that stands for all labels that are not counted individually.</summary>
    public const string OtherLabels = "(other labels)";

    /// <summary>The tables of unknown heads and of excess model versions in <see cref="WindowCounts.Untracked"/>.</summary>
    public const string UnknownHeads = "heads", ExcessVersions = "model versions";

    /// <summary>Bounds the model versions of one window: there are few, but a foreign producer can name any number.</summary>
    private const int MaxVersions = 100;

    /// <summary>The number of names and groups that one window counts for each tracked one.</summary>
    private const int CandidatesPerName = 10;

    private readonly string? _segmentHead = pipeline.FirstDimension(SegmentKind.Head);
    private readonly NameTables _tables = state.Names;
    private readonly EntityMentions _mentions = new(pipeline);
    private readonly string[] _attributes = [.. pipeline.Monitor.Rules.Fairness.Select(static rule => rule.Attribute).Distinct()];
    private readonly (FairnessRule Rule, string Id)[] _rules =
        [.. pipeline.Monitor.Rules.Fairness.Select(static rule => (rule, rule.Id()))];

    /// <summary>Counts a text in its window, which is still open.</summary>
    public void Count(WindowCounts window, TextClassified prediction)
    {
        var mentions = _mentions.Find(prediction);
        foreach (var mention in mentions)
            CountMention(window, mention, prediction.OccurredAt);
        Count(window, prediction, AdmitSegment(window, SegmentOf(prediction)), mentions, isLate: false);
    }

    /// <summary>Counts a late text in its window, which has closed: only in the tracked series.</summary>
    public void CountLate(WindowCounts window, TextClassified prediction)
    {
        var mentions = _mentions.Find(prediction).FindAll(mention => _tables.Entities.Contains(mention.Segment));
        foreach (var mention in mentions)
            window.GetOrAdd(mention.Head, mention.Segment).Add(mention.Label, mention.Confidence, isLate: true);
        var segment = SegmentOf(prediction) is { } own && _tables.Segments.ContainsKey(own) ? own : null;
        Count(window, prediction, segment, mentions, isLate: true);
    }

    private void CountMention(WindowCounts window, EntityMention mention, DateTimeOffset occurredAt)
    {
        var capacity = options.MaxEntities * CandidatesPerName;
        var found = BoundedTable.GetOrAdd(window.Mentions, mention.Segment, capacity, _tables.Entities.Contains, out var evicted);
        window.AddUntracked(TableNames.Entities, (evicted?.Series.Count ?? 0) + (found is null ? 1 : 0));
        if (found is not { } counts)
            return;
        counts.Head = mention.Head;
        counts.LastMention = occurredAt > counts.LastMention ? occurredAt : counts.LastMention;
        counts.Series.Add(mention.Label, mention.Confidence, isLate: false);
    }

    /// <summary>Returns the segment if it is tracked or can become a candidate; else the text counts in <c>all</c> only.</summary>
    private string? AdmitSegment(WindowCounts window, string? segment)
    {
        var candidates = window.Sample.Strata;
        if (segment is null || _tables.Segments.ContainsKey(segment) || candidates.ContainsKey(segment)
            || candidates.Count < options.MaxSegments * CandidatesPerName)
        {
            return segment;
        }
        window.AddUntracked(TableNames.Segments, 1);
        return null;
    }

    private void Count(WindowCounts window, TextClassified prediction, string? segment, List<EntityMention> mentions, bool isLate)
    {
        window.Count++;
        CountVersion(window, prediction.ModelVersion);
        foreach (var (head, predicted) in prediction.Heads)
        {
            if (!IsKnownHead(window, head))
                continue;
            var label = LabelOf(window, head, predicted.Label);
            window.GetOrAdd(head, SeriesKey.All).Add(label, predicted.Confidence, isLate);
            if (segment is not null && head != _segmentHead)
                window.GetOrAdd(head, segment).Add(label, predicted.Confidence, isLate);
        }
        CountEntityTypes(window, prediction, isLate);
        CountGroups(window, prediction);
        var capacity = segment is null ? options.SamplesPerWindow : options.SamplesPerSegment;
        List<string> mentioned = [.. mentions.Select(static mention => mention.Segment)];
        window.Sample.Add(prediction, segment ?? SeriesKey.All, capacity, _attributes, mentioned);
    }

    private void CountVersion(WindowCounts window, string version)
    {
        if (window.Versions.TryGetValue(version, out var count) || window.Versions.Count < MaxVersions || IsLastVersion(version))
            window.Versions[version] = count + 1;
        else
            window.AddUntracked(ExcessVersions, 1);
    }

    private bool IsLastVersion(string version) => state.Closed is [.., var last] && last.Version == version;

    /// <summary>Whether the pipeline has a head of that name; other heads would become series that nobody reads.</summary>
    private bool IsKnownHead(WindowCounts window, string head)
    {
        if (pipeline.Heads.Count == 0 || pipeline.Heads.Contains(head))
            return true;
        window.AddUntracked(UnknownHeads, 1);
        return false;
    }

    /// <summary>Returns the label if it is tracked or there is capacity for it, else <see cref="OtherLabels"/>.</summary>
    private string LabelOf(WindowCounts window, string head, string label)
    {
        var labels = window.GetOrAdd(head, SeriesKey.All).Labels;
        if (labels.Count < options.MaxLabels || labels.ContainsKey(label) || _tables.TracksLabel(head, label))
            return label;
        window.AddUntracked(TableNames.Labels(head), 1);
        return OtherLabels;
    }

    /// <summary>Counts the types of entity that a text names, each once: they are the label mix of the head that names them.</summary>
    private void CountEntityTypes(WindowCounts window, TextClassified prediction, bool isLate)
    {
        foreach (var entity in (prediction.Entities ?? []).DistinctBy(static entity => (entity.Head, entity.Type)))
        {
            if (IsKnownHead(window, entity.Head))
                window.GetOrAdd(entity.Head, SeriesKey.All).Add(LabelOf(window, entity.Head, entity.Type), entity.Confidence, isLate);
        }
    }

    private void CountGroups(WindowCounts window, TextClassified prediction)
    {
        foreach (var (rule, id) in _rules)
        {
            if (!rule.Matches(prediction, out var group, out var isSelected))
                continue;
            if (!window.Groups.TryGetValue(id, out var groups))
                window.Groups[id] = groups = [];
            var capacity = options.MaxGroups * CandidatesPerName;
            var found = BoundedTable.GetOrAdd(groups, group, capacity, name => _tables.TracksGroup(id, name), out var evicted);
            found?.Add(isSelected);
            window.AddUntracked(TableNames.Groups(id), (evicted?.Count ?? 0) + (found is null ? 1 : 0));
        }
    }

    /// <summary>Returns the segment of a text, such as <c>topic=Energy</c>; null without a segment head.</summary>
    private string? SegmentOf(TextClassified prediction) =>
        _segmentHead is { } head && prediction.Heads.TryGetValue(head, out var predicted) ? $"{head}={predicted.Label}" : null;
}
