using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.Volume;

/// <summary>The number of texts of the window that ends at that time.</summary>
internal sealed record VolumeCount(DateTimeOffset End, long Count);

/// <summary>
/// The history of the number of texts per window: exponentially decayed mean and variance. The last windows are held back before they are
/// learned, and nothing is learned while an alert is active.
/// </summary>
internal sealed class VolumeBaseline
{
    /// <summary>The number of windows that are held back.</summary>
    private const int HoldBackWindows = 2;

    public double Weight { get; set; }
    public double Sum { get; set; }
    public double SumOfSquares { get; set; }
    public int Windows { get; set; }

    /// <summary>The last windows, which have not been learned yet.</summary>
    public List<VolumeCount> HeldBack { get; set; } = [];

    [JsonIgnore]
    public double Mean => Weight > 0 ? Sum / Weight : 0;

    public void Update(VolumeCount count, bool isAlertActive, double halfLife)
    {
        if (isAlertActive)
        {
            HeldBack.Clear();
            return;
        }
        HeldBack.Add(count);
        if (HeldBack.Count <= HoldBackWindows)
            return;
        Learn(HeldBack[0].Count, Math.Pow(0.5, 1 / halfLife));
        HeldBack.RemoveAt(0);
    }

    /// <summary>
    /// Returns the variance of a future count: at least Poisson plus a minimum variation of the rate itself, and more if the history shows
    /// over-dispersion.
    /// </summary>
    public double Variance(double minimumVariation)
    {
        var minimum = Mean + Mean * Mean * minimumVariation * minimumVariation;
        var observed = Weight > 1 ? (SumOfSquares - Sum * Sum / Weight) / (Weight - 1) : 0;
        return Math.Max(minimum, observed);
    }

    /// <summary>Replaces the count of a window that late texts have revised, if the window has not been learned yet.</summary>
    public void Revise(VolumeCount window)
    {
        if (HeldBack.FindIndex(held => held.End == window.End) is >= 0 and var index)
            HeldBack[index] = window;
    }

    public void Reset()
    {
        (Weight, Sum, SumOfSquares, Windows) = (0, 0, 0, 0);
        HeldBack.Clear();
    }

    private void Learn(long count, double decay)
    {
        Weight = Weight * decay + 1;
        Sum = Sum * decay + count;
        SumOfSquares = SumOfSquares * decay + (double)count * count;
        Windows++;
    }
}
