using StreamBert.Monitoring.Feedback;

namespace StreamBert.Monitoring.Fairness;

/// <summary>The labelled texts of one day of event time, by group.</summary>
internal sealed class LabelDay
{
    public DateTimeOffset Day { get; set; }

    /// <summary>Group → texts of the random sample.</summary>
    public Dictionary<string, LabelTally> Sample { get; set; } = [];

    /// <summary>Group → texts of other feedback.</summary>
    public Dictionary<string, LabelTally> Others { get; set; } = [];
}

/// <summary>The labelled texts of the groups of a fairness rule over the last 30 days in which texts were labelled.</summary>
internal sealed class LabelHistory
{
    private const int MaxDays = 30;

    /// <summary>The days, in order of time.</summary>
    public List<LabelDay> Days { get; set; } = [];

    /// <summary>The clusters that have been labelled: texts of one conversation are not independent.</summary>
    public ClusterFilter Labelled { get; set; } = new();

    /// <summary>Adds a labelled text of a group.</summary>
    /// <param name="text">The text.</param>
    /// <param name="group">Its group.</param>
    /// <param name="label">The label of the rule.</param>
    /// <param name="time">The end of the window at which the label arrived.</param>
    /// <param name="isFirst">Whether it replaces no other label, whose cluster has been counted.</param>
    public void Add(LabelledPrediction text, string group, string label, DateTimeOffset time, bool isFirst)
    {
        var day = DateOf(time);
        if (Days is not [.., var last] || last.Day < day)
            Days.Add(last = new() { Day = day });
        if (Days.Count > MaxDays)
            Days.RemoveAt(0);
        var groups = text.IsInSample ? last.Sample : last.Others;
        if (!groups.TryGetValue(group, out var tally))
            groups[group] = tally = new();
        tally.Add(
            text.Label == label, text.Predicted == label, text.IsCorrect, text.Confidence, isFirst && Labelled.Add(text.Cluster, time));
    }

    /// <summary>Removes a label from the day on which it was counted.</summary>
    /// <param name="counted">The label as it was counted.</param>
    /// <param name="group">The group of the text.</param>
    /// <param name="label">The label of the rule.</param>
    public void Remove(CountedLabel counted, string group, string label)
    {
        var (text, day) = (counted.Text, Days.Find(day => day.Day == DateOf(counted.At)));
        (text.IsInSample ? day?.Sample : day?.Others)?.GetValueOrDefault(group)
            ?.Remove(text.Label == label, text.Predicted == label, text.IsCorrect, text.Confidence);
    }

    /// <summary>Returns the sum of all days for each group.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="includeOthers">Whether feedback outside of the random sample counts, too.</param>
    public Dictionary<string, LabelTally> Sum(IEnumerable<string> groups, bool includeOthers)
    {
        var sum = groups.ToDictionary(static group => group, static _ => new LabelTally());
        foreach (var day in Days)
        {
            foreach (var (group, tally) in includeOthers ? day.Sample.Concat(day.Others) : day.Sample)
                sum.GetValueOrDefault(group)?.Add(tally);
        }
        return sum;
    }

    private static DateTimeOffset DateOf(DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);
}
