namespace StreamBert.Monitoring.Surges;

/// <summary>
/// The history of a count per window: exponentially forgetting mean and variance, learnt with a delay of a few windows and never under
/// an alarm.
/// </summary>
public sealed class VolumeBaseline
{
    private const int Guard = 2;

    public double Weight { get; set; }
    public double Sum { get; set; }
    public double SumOfSquares { get; set; }
    public int Windows { get; set; }
    public List<long> Waiting { get; set; } = [];

    public double Mean => Weight > 0 ? Sum / Weight : 0;

    public void Update(long count, bool underAlarm, double halfLife)
    {
        if (underAlarm)
        {
            Waiting.Clear();
            return;
        }
        Waiting.Add(count);
        if (Waiting.Count <= Guard)
            return;
        Learn(Waiting[0], Math.Pow(0.5, 1 / halfLife));
        Waiting.RemoveAt(0);
    }

    /// <summary>
    /// The variance of a count to come: at least Poisson plus a least variation of the rate itself; more if the history shows it
    /// (over-dispersion).
    /// </summary>
    public double Variance(double minimumVariation)
    {
        var least = Mean + Mean * Mean * minimumVariation * minimumVariation;
        var seen = Weight > 1 ? (SumOfSquares - Sum * Sum / Weight) / (Weight - 1) : 0;
        return Math.Max(least, seen);
    }

    public void Reset()
    {
        (Weight, Sum, SumOfSquares, Windows) = (0, 0, 0, 0);
        Waiting.Clear();
    }

    private void Learn(long count, double keep)
    {
        Weight = Weight * keep + 1;
        Sum = Sum * keep + count;
        SumOfSquares = SumOfSquares * keep + (double)count * count;
        Windows++;
    }
}
