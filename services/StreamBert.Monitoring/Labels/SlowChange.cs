using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using StreamBert.Monitoring.Baselines;
using StreamBert.Monitoring.Statistics.Sequential;

namespace StreamBert.Monitoring.Labels;

/// <summary>
/// A one-sided CUSUM of standardised residuals against the last good weeks (Page 1954): S = max(0, S + z − ½), one step for each hour or
/// so, so that residuals of consecutive steps hardly depend on each other. It finds a change that is slow enough for a baseline to follow.
/// </summary>
internal sealed class SlowChange
{
    public double Sum { get; set; }

    /// <summary>The index of the first window since the sum was last 0.</summary>
    public long Since { get; set; }

    /// <summary>The number of steps since then.</summary>
    public int Steps { get; set; }

    /// <summary>The sums of the windows since then, and those of the last step.</summary>
    [JsonConverter(typeof(PackedFloatsConverter))]
    public float[] Values { get; set; } = new float[2 * SpanSums.Fields];

    [JsonIgnore]
    public SpanSums Sums => All[0];

    [JsonIgnore]
    public SpanSums Last => All[1];

    /// <summary>The probability that a step of independent normal residuals reaches the sum: one in its mean run length.</summary>
    [JsonIgnore]
    public double PValue => 1 / Cusum.RunLength(Sum);

    private Span<SpanSums> All => MemoryMarshal.Cast<float, SpanSums>(Values.AsSpan());

    /// <summary>
    /// Returns the allowance k when the reference itself is uncertain. Its error δ (in standard deviations of a step) is the same in all
    /// steps, so it shifts the walk: a run reaches h with probability e^(−2(k − δ)b), b = h + 1.166. Averaged over δ ~ N(0, u²) that is
    /// e^(−2kb + 2u²b²), so that an allowance larger by u²·b keeps the run length.
    /// </summary>
    /// <param name="uncertainty">u², the variance of the reference relative to that of a step.</param>
    /// <param name="threshold">h.</param>
    public static double AllowanceFor(double uncertainty, double threshold) =>
        Cusum.Allowance + uncertainty * (threshold + Cusum.Overshoot);

    /// <summary>Adds a step.</summary>
    /// <param name="step">The sums of its windows, with what the last good weeks let expect.</param>
    /// <param name="residual">The standardised residual in the direction of the change, less the allowance.</param>
    /// <param name="start">The index of its first window.</param>
    /// <param name="limit">The sum is not raised beyond this, so that it can fall in time.</param>
    public void Add(in SpanSums step, double residual, long start, double limit)
    {
        Sum = Math.Min(limit, Math.Max(0, Sum + residual));
        if (Sum <= 0)
        {
            Reset();
            return;
        }
        if (Steps++ == 0)
            Since = start;
        All[0] += step;
        All[1] = step;
    }

    public void Reset()
    {
        (Sum, Steps) = (0, 0);
        Array.Clear(Values);
    }
}
