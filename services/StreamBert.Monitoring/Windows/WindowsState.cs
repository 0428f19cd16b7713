using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.EventTime;

namespace StreamBert.Monitoring.Windows;

/// <summary>The checkpointed windows of one pipeline.</summary>
internal sealed class WindowsState
{
    public EventTimeState EventTime { get; set; } = new();

    /// <summary>The end of the last closed window; null before the first.</summary>
    public DateTimeOffset? ClosedThrough { get; set; }

    /// <summary>Whether the stream begins, so that the next window is partial.</summary>
    public bool IsBeginning { get; set; } = true;

    /// <summary>The number of empty windows that have closed since the last one with texts.</summary>
    public int EmptyWindows { get; set; }
    /// <summary>The number of windows by which the watermark is held back, and the window that it had entered then.</summary>
    public int HoldBackWindows { get; set; }
    public DateTimeOffset HoldBackUpdatedAt { get; set; }
    public NameTables Names { get; set; } = new();

    /// <summary>Whether the texts of the stream recur, so that each counts.</summary>
    public RecurringStories Recurrence { get; set; } = new();

    /// <summary>The open windows, in order of time.</summary>
    public List<WindowCounts> Open { get; set; } = [];

    /// <summary>The closed windows that can still be revised, in order of time.</summary>
    public List<WindowCounts> Closed { get; set; } = [];

    /// <summary>The number of texts, including late ones.</summary>
    public long Texts { get; set; }

    /// <summary>The number of late texts that revised a window.</summary>
    public long Late { get; set; }

    /// <summary>The number of late texts whose window could no longer be revised.</summary>
    public long TooLate { get; set; }
    public LatenessHistogram Lateness { get; set; } = new();

    /// <summary>Source → number of texts with an event time in the future.</summary>
    public Dictionary<string, long> ClockSkew { get; set; } = [];

    /// <summary>Language → number of texts whose model was not trained on it.</summary>
    public Dictionary<string, long> ForeignLanguages { get; set; } = [];
}
