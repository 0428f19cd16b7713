using StreamBert.Contracts;

namespace StreamBert.Monitoring.Assessments;

/// <summary>The condition of a series in a window. Raising and clearing have separate thresholds.</summary>
internal enum Condition
{
    /// <summary>The series is within bounds: below the clearing threshold.</summary>
    Normal,

    /// <summary>The series is between the thresholds, or has too few texts to decide. An alert neither progresses nor clears.</summary>
    Inconclusive,

    /// <summary>Both the evidence and the effect exceed the raising thresholds.</summary>
    Breach,
}

/// <summary>States for how many consecutive windows a condition must hold.</summary>
/// <param name="RaiseAfter">The number of consecutive breaches after which an alert fires.</param>
/// <param name="ClearAfter">The number of consecutive normal windows after which it is resolved.</param>
internal sealed record AlertPolicy(int RaiseAfter, int ClearAfter);

/// <summary>Identifies what an alert is about: one kind of alert on one series.</summary>
/// <param name="Kind">One of <see cref="AlertKinds"/>.</param>
/// <param name="Series">The series.</param>
/// <param name="Policy">When the alert fires and clears.</param>
/// <param name="Detail">Distinguishes several rules of one kind on one series; empty if there is only one.</param>
internal sealed record AlertRule(string Kind, SeriesKey Series, AlertPolicy Policy, string Detail = "")
{
    public string Fingerprint { get; } =
        $"{Kind}:{Series.Pipeline}:{Series.Head}:{Series.Segment}{(Detail.Length > 0 ? $":{Detail}" : "")}";

    /// <summary>Whether a breach that lasts is adopted as the new baseline.</summary>
    public bool IsAdoptable { get; init; }
}

/// <summary>The result of a detector for one series and one window. It is data only.</summary>
/// <param name="Rule">The rule that was assessed.</param>
/// <param name="Window">The window that has closed or has been revised.</param>
/// <param name="Condition">The condition of the series.</param>
/// <param name="Evidence">The observation behind the condition.</param>
internal sealed record Assessment(AlertRule Rule, TimeWindow Window, Condition Condition, AlertEvidence Evidence);
