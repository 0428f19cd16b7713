using System.Runtime.InteropServices;
using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Scenarios.Streams;

namespace StreamBert.Monitoring.Scenarios.Suites;

/// <summary>How often an interval covered the value that it estimates.</summary>
/// <param name="Intervals">The number of intervals.</param>
/// <param name="Covered">The number of them that covered it.</param>
internal readonly record struct IntervalCoverage(long Intervals, long Covered)
{
    public static IntervalCoverage operator +(IntervalCoverage a, IntervalCoverage b) =>
        new(a.Intervals + b.Intervals, a.Covered + b.Covered);
}

/// <summary>
/// Compares the estimated accuracy of every judged hour and head, with its 95 % interval, with the share of the hour's predictions that
/// are correct.
/// </summary>
/// <param name="judgedFrom">The end of the learning period.</param>
internal sealed class RealisedAccuracy(DateTimeOffset judgedFrom)
{
    private readonly Dictionary<(long Hour, string Head), (long Texts, long Correct)> _realised = [];

    /// <summary>The comparisons so far.</summary>
    public IntervalCoverage Coverage { get; private set; }

    /// <summary>Counts the correct predictions of texts, and passes the texts on.</summary>
    public IEnumerable<ScenarioText> Observe(IEnumerable<ScenarioText> texts)
    {
        foreach (var text in texts)
        {
            var hour = HourOf(text.Prediction.OccurredAt);
            foreach (var (head, predicted) in text.Prediction.Heads)
            {
                ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_realised, (hour, head), out _);
                counts = (counts.Texts + 1, counts.Correct + (predicted.Label == text.TruthOf(head) ? 1 : 0));
            }
            yield return text;
        }
    }

    /// <summary>Compares a report with what was realised.</summary>
    public void Compare(MonitorOutput output)
    {
        if (output is not MonitorOutput.Report { Value: MonitorReport.Accuracy { Value: { Series.Segment: SeriesKey.All } report } }
            || !_realised.Remove((HourOf(report.Window.Start), report.Series.Head), out var counts)
            || report.Window.Start < judgedFrom || report.Hour.Interval is not { } interval)
        {
            return;
        }
        var share = (double)counts.Correct / counts.Texts;
        Coverage += new IntervalCoverage(1, share >= interval.Low && share <= interval.High ? 1 : 0);
    }

    private static long HourOf(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerHour;
}
