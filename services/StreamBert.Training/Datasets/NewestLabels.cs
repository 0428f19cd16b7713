using StreamBert.Contracts;
using StreamBert.Streaming.Annotators;

namespace StreamBert.Training.Datasets;

/// <summary>
/// Selects the newest labels, and of each annotator, text and head the last one. A label that replaces another counts once.
/// </summary>
/// <param name="maximum">The maximum number of labels.</param>
internal sealed class NewestLabels(int maximum)
{
    private readonly SortedDictionary<LabelOrder, (FeedbackReceived Feedback, RecordPosition Position)> _labels = [];
    private readonly Dictionary<AnnotationKey, LabelOrder> _last = [];

    /// <summary>The first position in each partition of the labels that were withdrawn or replaced.</summary>
    private readonly Dictionary<AnnotationKey, Dictionary<int, RecordPosition>> _earlier = [];

    private long _added;

    /// <summary>Adds a label; those of a partition are added in the order of their offsets.</summary>
    public void Add(FeedbackReceived feedback, RecordPosition position)
    {
        var (key, order) = (AnnotationKey.Of(feedback), new LabelOrder(feedback.OccurredAt, _added++));
        if (_last.TryGetValue(key, out var last))
        {
            var known = _labels[last];
            if (order.CompareTo(last) < 0)
            {
                AddEarlier(key, position);
                _labels[last] = known with { Feedback = WithText(known.Feedback, feedback) };
                return;
            }
            AddEarlier(key, known.Position);
            _labels.Remove(last);
            feedback = WithText(feedback, known.Feedback);
        }
        (_last[key], _labels[order]) = (order, (feedback, position));
        if (_labels.Count > maximum)
            RemoveOldest();
    }

    /// <summary>Adds a label that was withdrawn: a run may have been evaluated on it before.</summary>
    public void AddWithdrawn(FeedbackReceived feedback, RecordPosition position) => AddEarlier(AnnotationKey.Of(feedback), position);

    /// <summary>
    /// Returns the labels, oldest first, each with its position and the first positions of those that it replaces.
    /// </summary>
    public IReadOnlyList<(FeedbackReceived Feedback, IReadOnlyList<RecordPosition> Positions)> ToList() =>
    [
        .. _labels.Values.Select(label => (label.Feedback, (IReadOnlyList<RecordPosition>)
            [.. _earlier.GetValueOrDefault(AnnotationKey.Of(label.Feedback), []).Values, label.Position])),
    ];

    /// <summary>Keeps the text of the label that is replaced where the last one came without: its prediction may be gone.</summary>
    private static FeedbackReceived WithText(FeedbackReceived last, FeedbackReceived replaced) =>
        last.Text is not null || replaced.Text is null || (last.Subject is { } subject && subject != replaced.Subject) ? last
            : last with { Text = replaced.Text, Origin = last.Origin ?? replaced.Origin, Subject = replaced.Subject };

    private void AddEarlier(AnnotationKey key, RecordPosition position)
    {
        if (!_earlier.TryGetValue(key, out var positions))
            _earlier[key] = positions = [];
        if (!positions.TryGetValue(position.Partition, out var first) || position.Offset < first.Offset)
            positions[position.Partition] = position;
    }

    private void RemoveOldest()
    {
        var (order, (feedback, _)) = _labels.First();
        _labels.Remove(order);
        _last.Remove(AnnotationKey.Of(feedback));
    }

    /// <summary>Orders labels by their times, and those of the same time as they were read.</summary>
    private readonly record struct LabelOrder(DateTimeOffset GivenAt, long Number) : IComparable<LabelOrder>
    {
        public int CompareTo(LabelOrder other) => (GivenAt, Number).CompareTo((other.GivenAt, other.Number));
    }
}
