using System.Globalization;
using StreamBert.Monitoring.Scenarios;

namespace StreamBert.Tests.Monitoring.Comparison;

/// <summary>The alarms of a method in the runs of a scenario.</summary>
/// <param name="Plan">What goes wrong in the scenario; null in a clean one.</param>
internal sealed class MethodResult(IncidentPlan? Plan)
{
    private readonly List<TimeSpan> _delays = [];
    private double _weeks;
    private int _falseAlarms, _runs;

    /// <summary>The alarms in a week in which nothing is wrong.</summary>
    public double PerWeek => _falseAlarms / _weeks;

    /// <summary>The number of runs whose incident would have been found by chance, at the rate of the false alarms.</summary>
    public double ByChance => Plan is null || _weeks == 0 ? 0 : _runs * (1 - Math.Exp(-PerWeek * (Plan.Within / TimeSpan.FromDays(7))));

    /// <summary>Adds a run.</summary>
    /// <param name="period">The times of the run.</param>
    /// <param name="falseAlarms">The alarms after the learning time; those before the incident are false.</param>
    /// <param name="detections">The alarms that may report the incident.</param>
    public void Add(ScenarioPeriod period, IEnumerable<DateTimeOffset> falseAlarms, IEnumerable<DateTimeOffset> detections)
    {
        var calmEnd = period.Incident?.Start ?? period.Whole.End;
        _weeks += (calmEnd - period.JudgedFrom) / TimeSpan.FromDays(7);
        _falseAlarms += falseAlarms.Count(alarm => alarm > period.JudgedFrom && alarm <= calmEnd);
        _runs++;
        var first = detections.FirstOrDefault(alarm => alarm > calmEnd);
        if (first > calmEnd && first <= calmEnd + Plan?.Within)
            _delays.Add(first - calmEnd);
    }

    /// <summary>Returns the cell of the table: false alarms per week, found runs with those by chance, and the median delay.</summary>
    public override string ToString()
    {
        var rate = _weeks == 0 ? "–" : PerWeek.ToString("0.0", CultureInfo.InvariantCulture);
        if (Plan is null)
            return rate;
        var chance = ByChance.ToString("0.0", CultureInfo.InvariantCulture);
        var delay = _delays.Count == 0 ? "" : $", {Minutes(_delays.Order().ElementAt(_delays.Count / 2))}";
        return $"{rate}; {_delays.Count} of {_runs} ({chance}){delay}";
    }

    private static string Minutes(TimeSpan delay) => delay.TotalMinutes.ToString("0 min", CultureInfo.InvariantCulture);
}
