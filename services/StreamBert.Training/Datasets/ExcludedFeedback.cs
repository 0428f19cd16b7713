using StreamBert.Contracts;

namespace StreamBert.Training.Datasets;

/// <summary>Counts the feedback that is excluded from a dataset, by <see cref="ExclusionReason"/>.</summary>
internal sealed class ExcludedFeedback
{
    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);

    /// <summary>The feedback of each reason.</summary>
    public IReadOnlyCollection<Group> Groups => _groups.Values;

    /// <summary>Adds feedback.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="feedback">The feedback; null if nothing of it may be logged.</param>
    public void Add(string reason, FeedbackReceived? feedback) => _groups[reason] =
        _groups.TryGetValue(reason, out var group) ? group with { Count = group.Count + 1 } : new(reason, 1, feedback);

    /// <summary>The feedback of one reason.</summary>
    /// <param name="Reason">The reason.</param>
    /// <param name="Count">The number of feedback records.</param>
    /// <param name="First">The first of them; null if nothing of it may be logged.</param>
    public sealed record Group(string Reason, int Count, FeedbackReceived? First);
}
