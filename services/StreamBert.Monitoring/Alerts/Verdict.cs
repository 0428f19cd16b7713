using StreamBert.Contracts;

namespace StreamBert.Monitoring.Alerts;

/// <summary>What a detector says of one series at the close of one window.</summary>
public enum Judgement
{
    /// <summary>Within bounds: under the clearing threshold.</summary>
    Calm,

    /// <summary>Neither: between the thresholds, or too few texts to say. Nothing begins and nothing ends.</summary>
    Unclear,

    /// <summary>Evidence and effect are both over their thresholds.</summary>
    Breach,
}

/// <summary>A detector's judgement with what an alert would say. The words are made only when an alert is raised or resolved.</summary>
/// <param name="Fingerprint">One per rule and series.</param>
/// <param name="Raise">The alert, all but its identity.</param>
/// <param name="Resolve">Value, baseline and one sentence for the end of the alert.</param>
/// <param name="Adopt">Makes the present state the new normal; null where that must never be.</param>
public sealed record Verdict(
    string Fingerprint, string Kind, SeriesKey Series, TimeWindow Window, Judgement Judgement,
    AlertPolicy Policy, Func<AlertRaised> Raise, Func<Resolution> Resolve, Action? Adopt = null)
{
    /// <param name="detail">What tells rules of one kind and series apart; empty if there is one.</param>
    public static string FingerprintOf(string kind, SeriesKey series, string detail = "") =>
        $"{kind}:{series.Pipeline}:{series.Head}:{series.Segment}{(detail.Length > 0 ? $":{detail}" : "")}";
}

/// <summary>How an alert ended.</summary>
public sealed record Resolution(double Value, double Baseline, string Message);

/// <summary>When a rule's alert begins and ends, in windows.</summary>
/// <param name="RaiseAfter">Breaches in a row until it fires.</param>
/// <param name="ClearAfter">Calm windows in a row until it is resolved.</param>
public sealed record AlertPolicy(int RaiseAfter, int ClearAfter);
