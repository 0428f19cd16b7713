using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Feedback;

namespace StreamBert.Monitoring.Windows;

/// <summary>A window that has closed or has been revised.</summary>
internal abstract record WindowUpdate(WindowCounts Counts, TimeWindow Window);

/// <summary>A window has closed.</summary>
/// <param name="Counts">Its counts.</param>
/// <param name="Window">Its event time.</param>
/// <param name="Tracked">The names that are tracked at its close.</param>
internal sealed record WindowClosed(WindowCounts Counts, TimeWindow Window, TrackedNames Tracked) : WindowUpdate(Counts, Window)
{
    /// <summary>The labels that feedback gave to predictions, or replaced, since the window before closed.</summary>
    public IReadOnlyList<FeedbackChange> Labels { get; init; } = [];
}

/// <summary>Late texts have revised a closed window.</summary>
/// <param name="Counts">Its counts, with the late texts.</param>
/// <param name="Window">Its event time.</param>
/// <param name="Series">The series that the late texts have changed.</param>
internal sealed record WindowRevised(WindowCounts Counts, TimeWindow Window, IReadOnlyList<(string Head, string Segment)> Series)
    : WindowUpdate(Counts, Window);
