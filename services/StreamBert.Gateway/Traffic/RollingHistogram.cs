namespace StreamBert.Gateway.Traffic;

/// <summary>
/// Counts durations of the last 60 seconds in one set of buckets per second. The buckets are 8 % apart, from 10 µs to about three
/// minutes, so that a percentile is accurate within 8 %. The memory is constant at any rate. Not thread-safe.
/// </summary>
internal sealed class RollingHistogram
{
    public const int Seconds = 60;
    private const int Buckets = 220;
    private const double Smallest = 0.01;
    private const double Growth = 1.08;
    private static readonly double LogGrowth = Math.Log(Growth);
    private readonly int[][] _counts = [.. Enumerable.Range(0, Seconds).Select(static _ => new int[Buckets])];
    private readonly double[] _max = new double[Seconds];
    private readonly long[] _second = new long[Seconds];

    public void Add(long second, double milliseconds)
    {
        var slot = (int)(second % Seconds);
        if (_second[slot] != second)
        {
            Array.Clear(_counts[slot]);
            (_second[slot], _max[slot]) = (second, 0);
        }
        _counts[slot][Bucket(milliseconds)]++;
        _max[slot] = Math.Max(_max[slot], milliseconds);
    }

    public Percentiles Read(long now)
    {
        var live = Enumerable.Range(0, Seconds).Where(slot => _second[slot] > now - Seconds && _second[slot] <= now).ToList();
        var sum = new long[Buckets];
        foreach (var slot in live)
            for (var bucket = 0; bucket < Buckets; bucket++) sum[bucket] += _counts[slot][bucket];
        var count = sum.Sum();
        if (count == 0) return new(0, null, null, null, null);
        var max = live.Max(slot => _max[slot]);
        return new(count, At(sum, count, 0.50, max), At(sum, count, 0.95, max), At(sum, count, 0.99, max), Round(max));
    }

    private static double At(long[] sum, long count, double quantile, double max)
    {
        var (bucket, seen) = (0, sum[0]);
        while (seen < quantile * count) seen += sum[++bucket];
        return Round(Math.Min(max, Smallest * Math.Pow(Growth, bucket)));
    }

    private static int Bucket(double milliseconds) =>
        milliseconds <= Smallest ? 0 : Math.Min(Buckets - 1, (int)Math.Ceiling(Math.Log(milliseconds / Smallest) / LogGrowth));

    private static double Round(double milliseconds) => Math.Round(milliseconds, 3);
}
