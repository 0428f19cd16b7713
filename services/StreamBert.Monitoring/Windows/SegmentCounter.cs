using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Tables;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// Counts texts in the segments of one dimension. While a window is open, it counts a bounded number of segments; the texts of the others
/// count together, so that none is lost.
/// </summary>
internal sealed class SegmentCounter
{
    /// <summary>The number of segments that one window counts for each tracked one.</summary>
    private const int CandidatesPerName = 10;

    private readonly DimensionReader _dimension;
    private readonly IReadOnlySet<string> _entityHeads;
    private readonly WindowOptions _options;
    private readonly NameTables _tables;
    private readonly string _other, _table;
    private readonly int _capacity;
    private readonly Func<string, bool> _isKept;
    private readonly List<TextSegment> _segments = [];
    private readonly List<Answer> _answers = [];

    /// <param name="dimension">The dimension.</param>
    /// <param name="entityHeads">The heads that are counted in the segments of entities.</param>
    /// <param name="options">The limits.</param>
    /// <param name="tables">The tables of tracked segments.</param>
    public SegmentCounter(DimensionReader dimension, IReadOnlySet<string> entityHeads, WindowOptions options, NameTables tables)
    {
        (_dimension, _entityHeads, _options, _tables) = (dimension, entityHeads, options, tables);
        (_other, _table) = (dimension.Other, TableNames.Segments(dimension.Name));
        _capacity = CandidatesPerName * (dimension.IsOfEntities ? options.MaxEntities : options.MaxSegments);
        _isKept = segment => segment == _other || tables.TracksSegment(dimension.Name, segment);
    }

    /// <summary>Counts a text in its segments.</summary>
    /// <param name="window">The window.</param>
    /// <param name="text">The text, whose cells are completed.</param>
    public void Count(WindowCounts window, CountedText text)
    {
        _segments.Clear();
        _dimension.Read(text.Prediction, _segments);
        foreach (var segment in _segments)
        {
            text.Segments.Add(segment.Name);
            if (text.IsLate)
                CountLate(window, segment, text);
            else
                CountInTime(window, segment, text);
        }
    }

    private void CountInTime(WindowCounts window, TextSegment segment, CountedText text)
    {
        var (counts, name) = Admit(window, segment.Name);
        counts.Volume.Count++;
        text.Cells.Add(counts.Volume.CellOf(name, window.Clusters));
        FindAnswers(segment, text);
        foreach (var answer in _answers)
            Add(counts.GetOrAdd(answer.Head), answer, name, window, text);
        if (!_dimension.IsOfEntities)
            text.Strata.Add(counts.Sample);
    }

    /// <summary>Counts a late text in the segment in which the other texts of its segment were counted when the window closed.</summary>
    private void CountLate(WindowCounts window, TextSegment segment, CountedText text)
    {
        var isTracked = window.Volumes.ContainsKey(segment.Name) || (_tables.TracksSegment(_dimension.Name, segment.Name)
            && !window.Clusters.Contains(ClusterCell.OfSegment(segment.Name)));
        var name = isTracked ? segment.Name : _other;
        var volume = window.VolumeOf(name);
        volume.Count++;
        text.Cells.Add(volume.CellOf(name, window.Clusters));
        FindAnswers(segment, text);
        foreach (var answer in _answers)
            Add(window.GetOrAdd(answer.Head, name), answer, name, window, text);
        if (!_dimension.IsOfEntities)
            text.Strata.Add(window.Sample.StratumOf(name));
    }

    private static void Add(SeriesCounts series, Answer answer, string segment, WindowCounts window, CountedText text)
    {
        series.Add(answer.Label, answer.Confidence, text.IsLate);
        text.Cells.Add(series.CellOf(answer.Head, segment, answer.Label, window.Clusters));
    }

    /// <summary>
    /// Finds the labels that count in a segment: those of all heads but the one whose labels are the segments. In the segment of an
    /// entity only watched heads count, or if there are none the type of the entity.
    /// </summary>
    private void FindAnswers(TextSegment segment, CountedText text)
    {
        _answers.Clear();
        foreach (var answer in text.Answers)
        {
            if (segment.Entity is null ? answer.Head != _dimension.OwnHead : _entityHeads.Contains(answer.Head))
                _answers.Add(answer);
        }
        if (_answers.Count == 0 && segment.Entity is { } entity)
            _answers.Add(new(entity.Head, entity.Type, entity.Confidence));
    }

    /// <summary>Returns the counts of a segment, or those of the other segments if the window has too many.</summary>
    private (SegmentCounts Counts, string Segment) Admit(WindowCounts window, string segment)
    {
        var segments = window.DimensionOf(_dimension.Name);
        var found = BoundedTable.GetOrAdd(segments, segment, _capacity, _isKept, out var evicted);
        if (found is not null && evicted is null)
            return (found, segment);
        if (!segments.TryGetValue(_other, out var other))
            segments[_other] = other = new();
        window.AddUntracked(_table, (evicted?.Volume.Count ?? 0) + (found is null ? 1 : 0));
        if (evicted is not null)
            other.Merge(evicted, _options.SamplesPerSegment);
        return found is null ? (other, _other) : (found, segment);
    }
}
