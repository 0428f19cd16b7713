using System.Text.Json.Serialization;
using StreamBert.Monitoring.Counts;

namespace StreamBert.Monitoring.Fairness;

/// <summary>The counts of a group in the window that ends at that time.</summary>
internal sealed record GroupWindow(DateTimeOffset End, long Count, long Selected);

/// <summary>
/// Compares one group with all others: their texts are paired in a random order, each text once, and two betting processes bet on the
/// difference of each pair, one in each direction. At most 64 texts of one side are queued until they are paired.
/// </summary>
internal sealed class GroupEvidence
{
    private const int MaxQueued = 64;

    /// <summary>Bets on the rate of the group being higher than that of the others by more than is tolerated.</summary>
    public BettingProcess Higher { get; set; } = new();

    /// <summary>Bets on the rate of the group being lower than that of the others by more than is tolerated.</summary>
    public BettingProcess Lower { get; set; } = new();

    /// <summary>Whether each queued text was selected: one bit per text, the oldest in the lowest bit.</summary>
    public ulong Queue { get; set; }
    public int QueueCount { get; set; }

    /// <summary>Whether the queued texts are of this group or of the others.</summary>
    public bool QueueIsOfGroup { get; set; }

    /// <summary>The counts of the last windows, in order of time.</summary>
    public List<GroupWindow> Windows { get; set; } = [];

    [JsonIgnore]
    public double LogWealth => Math.Max(Higher.LogWealth, Lower.LogWealth);

    /// <summary>Pairs a text with a queued one of the other side, or queues it.</summary>
    /// <param name="isOfGroup">Whether the text is of this group or of the others.</param>
    /// <param name="isSelected">Whether the text was given the label.</param>
    /// <param name="tolerated">The difference of rates that is tolerated.</param>
    public void Update(bool isOfGroup, bool isSelected, double tolerated)
    {
        if (QueueCount == 0 || QueueIsOfGroup == isOfGroup)
        {
            Enqueue(isOfGroup, isSelected);
            return;
        }
        var queued = (Queue & 1) != 0;
        Queue >>= 1;
        QueueCount--;
        var difference = isOfGroup ? Difference(isSelected, queued) : Difference(queued, isSelected);
        Higher.Update((difference - tolerated) / (1 + tolerated));
        Lower.Update((-difference - tolerated) / (1 + tolerated));
    }

    public void BeginWindow()
    {
        Higher.BeginWindow();
        Lower.BeginWindow();
    }

    /// <summary>Adds the counts of a window, and removes the oldest ones beyond the capacity.</summary>
    /// <param name="end">The end of the window.</param>
    /// <param name="window">The counts; they are copied, because late texts change them.</param>
    /// <param name="capacity">The number of windows to keep.</param>
    public void Add(DateTimeOffset end, GroupCounts? window, int capacity)
    {
        Windows.Add(new(end, window?.Count ?? 0, window?.Selected ?? 0));
        if (Windows.Count > capacity)
            Windows.RemoveAt(0);
    }

    /// <summary>Replaces the counts of a window that late texts have revised, and returns the counts of the late texts.</summary>
    public GroupCounts Revise(DateTimeOffset end, GroupCounts window)
    {
        if (Windows.FindIndex(other => other.End == end) is not (>= 0 and var index))
            return new();
        var before = Windows[index];
        Windows[index] = new(end, window.Count, window.Selected);
        return new() { Count = window.Count - before.Count, Selected = window.Selected - before.Selected };
    }

    /// <summary>Returns the sum of the last windows.</summary>
    public GroupCounts Total(int windows)
    {
        var total = new GroupCounts();
        for (var i = Math.Max(0, Windows.Count - windows); i < Windows.Count; i++)
        {
            total.Count += Windows[i].Count;
            total.Selected += Windows[i].Selected;
        }
        return total;
    }

    /// <summary>Returns how many of the last windows hold so many texts; the largest integer if all of them do not.</summary>
    public int WindowsFor(long texts)
    {
        for (var i = Windows.Count - 1; i >= 0; i--)
        {
            if ((texts -= Windows[i].Count) <= 0)
                return Windows.Count - i;
        }
        return int.MaxValue;
    }

    /// <summary>Discards the accumulated evidence.</summary>
    public void Reset()
    {
        Higher.Reset();
        Lower.Reset();
    }

    private static double Difference(bool group, bool others) => (group ? 1 : 0) - (others ? 1 : 0);

    private void Enqueue(bool isOfGroup, bool isSelected)
    {
        if (QueueCount == MaxQueued)
            return; // the text is dropped regardless of its label, which causes no bias
        if (isSelected)
            Queue |= 1UL << QueueCount;
        QueueCount++;
        QueueIsOfGroup = isOfGroup;
    }
}
