namespace StreamBert.Monitoring.PlainSeries;

/// <summary>
/// Turns evidence into a score, and keeps one anomaly from scoring over and over: after an anomaly, evidence must exceed a memory of it
/// that fades over the following rows.
/// </summary>
internal sealed class RefractoryPeriod
{
    /// <summary>The number of rows after which the memory has faded.</summary>
    private const int Rows = 200;

    /// <summary>Evidence must exceed the memory by so much.</summary>
    private const double Excess = 1;

    /// <summary>
    /// The evidence that scores ½, and the width of the transition. On generated series with random shapes and anomalies of every size it
    /// is the threshold with the best score of the benchmark of Numenta.
    /// </summary>
    private const double Center = 6, Width = 1.5;

    private double _memory;
    private int _age;

    public double Score(double evidence)
    {
        var memory = _memory * Math.Max(0, 1 - (double)++_age / Rows);
        var isNew = evidence > memory + Excess;
        if (isNew)
            (_memory, _age) = (evidence, 0);
        var effective = isNew ? evidence : evidence / 4;
        return 1 / (1 + Math.Exp((Center - effective) / Width));
    }
}
