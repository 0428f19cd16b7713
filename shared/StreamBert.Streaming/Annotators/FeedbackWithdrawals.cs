using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Annotators;

/// <summary>Knows which labels are withdrawn: those that a withdrawal of the same annotator, text and head follows.</summary>
public sealed class FeedbackWithdrawals
{
    private readonly Dictionary<AnnotationKey, (DateTimeOffset At, long Offset)> _last = [];

    /// <summary>Adds a record of the feedback topic, opened; one that is not a withdrawal changes nothing.</summary>
    public void Add(LogRecord record)
    {
        if (EventRecord.Is<FeedbackWithdrawn>(record) && EventReader.Read<FeedbackWithdrawn>(record, out var withdrawal) is null)
            Add(withdrawal, record.Position);
    }

    /// <summary>Adds a withdrawal.</summary>
    public void Add(FeedbackWithdrawn withdrawal, RecordPosition position)
    {
        var (key, at) = (AnnotationKey.Of(withdrawal), (withdrawal.OccurredAt, position.Offset));
        if (!_last.TryGetValue(key, out var last) || last.CompareTo(at) < 0)
            _last[key] = at;
    }

    /// <summary>Whether a label is withdrawn.</summary>
    public bool Contains(FeedbackReceived feedback, RecordPosition position) =>
        _last.TryGetValue(AnnotationKey.Of(feedback), out var last) && (feedback.OccurredAt, position.Offset).CompareTo(last) < 0;
}
