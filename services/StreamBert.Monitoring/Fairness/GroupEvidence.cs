using System.Text.Json.Serialization;
using StreamBert.Monitoring.Tables;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Fairness;

/// <summary>A group's texts in the window that ended then, and how many of them had the label.</summary>
public sealed record GroupWindow(DateTimeOffset End, long Count, long Selected);

/// <summary>
/// One group against all others: their texts are paired in a random order, each text used once, and the difference of each pair
/// is bet on in both directions. What waits for its pair is at most 64 texts of one side.
/// </summary>
public sealed class GroupEvidence
{
    private const int MostWaiting = 64;

    /// <summary>The group's rate is higher than the others' by more than is tolerated.</summary>
    public BettingDetector Higher { get; set; } = new();

    /// <summary>It is lower by more than is tolerated.</summary>
    public BettingDetector Lower { get; set; } = new();

    /// <summary>Outcomes that wait, one a bit, the oldest lowest.</summary>
    public ulong Waiting { get; set; }
    public int WaitingCount { get; set; }
    public bool WaitingIsGroup { get; set; }

    /// <summary>The last windows' counts, oldest first.</summary>
    public List<GroupWindow> Windows { get; set; } = [];

    /// <summary>Its uses of late; null in a checkpoint that did not tell.</summary>
    public double? Use { get; set; }

    /// <summary>Texts of the group since it has its place.</summary>
    public long Texts { get; set; }

    [JsonIgnore]
    public double RecentUses => Use ?? RecentUse.Of(Windows.Select(static window => window.Count));

    public double LogWealth => Math.Max(Higher.LogWealth, Lower.LogWealth);

    /// <param name="ofGroup">Whether the text is of this group or of the others.</param>
    /// <param name="tolerated">The difference of rates that is no news.</param>
    public void Update(bool ofGroup, bool selected, double tolerated)
    {
        if (WaitingCount == 0 || WaitingIsGroup == ofGroup)
        {
            Wait(ofGroup, selected);
            return;
        }
        var other = (Waiting & 1) != 0;
        Waiting >>= 1;
        WaitingCount--;
        var difference = ofGroup ? Difference(selected, other) : Difference(other, selected);
        Higher.Update((difference - tolerated) / (1 + tolerated));
        Lower.Update((-difference - tolerated) / (1 + tolerated));
    }

    public void BeginWindow()
    {
        Higher.BeginWindow();
        Lower.BeginWindow();
    }

    /// <param name="window">The group's counts in the window that ended then; they are copied, for late texts go on changing them.</param>
    public void Push(DateTimeOffset end, GroupCounts? window, int most)
    {
        Windows.Add(new(end, window?.Count ?? 0, window?.Selected ?? 0));
        if (Windows.Count > most)
            Windows.RemoveAt(0);
    }

    /// <summary>Late texts have changed a window.</summary>
    /// <returns>The group's texts that came late, and how many of them were selected.</returns>
    public GroupCounts Revise(DateTimeOffset end, GroupCounts window)
    {
        if (Windows.FindIndex(other => other.End == end) is not (>= 0 and var at))
            return new();
        var before = Windows[at];
        Windows[at] = new(end, window.Count, window.Selected);
        return new() { Count = window.Count - before.Count, Selected = window.Selected - before.Selected };
    }

    /// <summary>The counts of the last windows together.</summary>
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

    /// <summary>How many of the last windows hold that many texts together; without limit if they do not.</summary>
    public int WindowsFor(long texts)
    {
        for (var i = Windows.Count - 1; i >= 0; i--)
        {
            if ((texts -= Windows[i].Count) <= 0)
                return Windows.Count - i;
        }
        return int.MaxValue;
    }

    public void Reset()
    {
        Higher.Reset();
        Lower.Reset();
    }

    private static double Difference(bool group, bool others) => (group ? 1 : 0) - (others ? 1 : 0);

    private void Wait(bool ofGroup, bool selected)
    {
        if (WaitingCount == MostWaiting)
            return; // dropped unseen, so no bias
        if (selected)
            Waiting |= 1UL << WaitingCount;
        WaitingCount++;
        WaitingIsGroup = ofGroup;
    }
}
