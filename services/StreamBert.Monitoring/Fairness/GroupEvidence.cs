using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// One group against all others: their texts are paired in order of arrival, each text used once, and the difference of each pair
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
    public List<GroupCounts> Windows { get; set; } = [];

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

    public void Push(GroupCounts? window, int most)
    {
        Windows.Add(window ?? new());
        if (Windows.Count > most)
            Windows.RemoveAt(0);
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
