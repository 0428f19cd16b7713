using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;

namespace StreamBert.Monitoring.Drift;

/// <summary>Reports comparisons, whether or not an alert fires.</summary>
/// <param name="journal">The hours.</param>
internal sealed class DriftReporter(HourJournal journal)
{
    private const int Digits = 6;

    /// <summary>Returns the report of a comparison after the last complete hour.</summary>
    public DriftReported Report(DriftResult result, AlertRule rule)
    {
        var (first, last) = (journal.Hours[0], journal.Hours[^1]);
        var isCompared = result.Details.Measure.Length > 0;
        var hasMeans = isCompared && result.Details.Measure != "auc" && result.Details.Observed.Count == 0;
        return new()
        {
            Fingerprint = rule.Fingerprint,
            Kind = rule.Kind,
            Series = rule.Series,
            Against = result.Details.Against ?? SpanComparison.LastGoodWeek,
            ReportedAt = last.End,
            Window = isCompared ? result.Window : new(last.Start, last.End),
            State = isCompared ? StateOf(result.Condition) : DriftReported.Insufficient,
            Comparison = isCompared ? result.Details : null,
            ReferenceMean = hasMeans ? Math.Round(result.ReferenceMean, Digits) : null,
            ObservedMean = hasMeans ? Math.Round(result.ObservedMean, Digits) : null,
            History = last.End - first.Start,
            Terms = result.Condition == Condition.Breach ? result.Terms : [],
        };
    }

    private static string StateOf(Condition condition) => condition switch
    {
        Condition.Breach => DriftReported.Drifting,
        Condition.Inconclusive => DriftReported.Inconclusive,
        _ => DriftReported.Normal,
    };
}
