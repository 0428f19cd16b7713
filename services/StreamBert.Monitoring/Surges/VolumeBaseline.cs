namespace StreamBert.Monitoring.Surges;

/// <summary>The texts of the window that ended then.</summary>
public sealed record VolumeCount(DateTimeOffset End, long Count);

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
    public List<VolumeCount> Waiting { get; set; } = [];

    public double Mean => Weight > 0 ? Sum / Weight : 0;

    public void Update(VolumeCount count, bool underAlarm, double halfLife)
    {
        if (underAlarm)
        {
            Waiting.Clear();
            return;
        }
        Waiting.Add(count);
        if (Waiting.Count <= Guard)
            return;
        Learn(Waiting[0].Count, Math.Pow(0.5, 1 / halfLife));
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

    /// <summary>Late texts have changed a window: if it still waits, it will be learnt as it is now.</summary>
    public void Revise(VolumeCount window)
    {
        if (Waiting.FindIndex(waiting => waiting.End == window.End) is >= 0 and var at)
            Waiting[at] = window;
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
