using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.Statistics.Sequential;

/// <summary>
/// Keeps a window of values whose mean has not changed (ADWIN2, Bifet and Gavaldà 2007): the window is cut where the means of its older and
/// its newer part differ by more than √(2σ²δ′/m) + 2δ′/(3m), with 1/m = 1/n₀ + 1/n₁ and δ′ = ln(2·ln W/δ). The window is an exponential
/// histogram, so memory grows with the logarithm of its length.
/// </summary>
internal sealed class Adwin
{
    /// <summary>δ, the confidence parameter.</summary>
    public const double Delta = 0.002;

    /// <summary>The number of values between two checks.</summary>
    public const int CheckInterval = 32;

    /// <summary>The number of buckets of one size; one more is merged.</summary>
    private const int BucketsPerSize = 5;

    /// <summary>The minimum number of values of each part.</summary>
    private const int MinimumPart = 5;

    /// <summary>The buckets by size (1, 2, 4, … values), in each the oldest first.</summary>
    public List<List<AdwinBucket>> Rows { get; set; } = [];

    /// <summary>The number of values in the window.</summary>
    public long Count { get; set; }

    /// <summary>The sum of the values in the window.</summary>
    public double Total { get; set; }

    /// <summary>The sum of the squared deviations from the mean.</summary>
    public double SquaredDeviations { get; set; }

    /// <summary>The number of values that were added.</summary>
    public long Added { get; set; }

    /// <summary>The mean of the values that the last cut removed.</summary>
    public double MeanBefore { get; set; }

    /// <summary>The mean of the window.</summary>
    [JsonIgnore]
    public double Mean => Count > 0 ? Total / Count : 0;

    /// <summary>Adds a value; returns true if the window was cut, because the mean has changed.</summary>
    public bool Add(double value)
    {
        SquaredDeviations += Count > 0 ? (value - Mean) * (value - Mean) * Count / (Count + 1) : 0;
        (Count, Total, Added) = (Count + 1, Total + value, Added + 1);
        Insert(0, new(value, 0));
        return Added % CheckInterval == 0 && Cut();
    }

    private void Insert(int row, AdwinBucket bucket)
    {
        if (row == Rows.Count)
            Rows.Add([]);
        var buckets = Rows[row];
        buckets.Add(bucket);
        if (buckets.Count <= BucketsPerSize)
            return;
        var merged = Merge(buckets[0], buckets[1], 1L << row);
        buckets.RemoveRange(0, 2);
        Insert(row + 1, merged);
    }

    private static AdwinBucket Merge(AdwinBucket a, AdwinBucket b, long size)
    {
        var difference = (a.Total - b.Total) / size;
        return new(a.Total + b.Total, a.SquaredDeviations + b.SquaredDeviations + difference * difference * size / 2);
    }

    private bool Cut()
    {
        var (removed, total) = (0L, 0.0);
        while (HasChange())
        {
            var (size, bucket) = RemoveOldest();
            (removed, total) = (removed + size, total + bucket.Total);
        }
        if (removed > 0)
            MeanBefore = total / removed;
        return removed > 0;
    }

    private bool HasChange()
    {
        var (older, total) = (0L, 0.0);
        var variance = Math.Max(0, SquaredDeviations) / Count;
        var confidence = Math.Log(2 * Math.Log(Count) / Delta);
        for (var row = Rows.Count - 1; row >= 0; row--)
        {
            foreach (var bucket in Rows[row])
            {
                (older, total) = (older + (1L << row), total + bucket.Total);
                if (older >= MinimumPart && Count - older >= MinimumPart && IsChange(older, total, variance, confidence))
                    return true;
            }
        }
        return false;
    }

    private bool IsChange(long older, double total, double variance, double confidence)
    {
        var inverse = 1.0 / older + 1.0 / (Count - older);
        var difference = Math.Abs(total / older - (Total - total) / (Count - older));
        return difference > Math.Sqrt(2 * variance * confidence * inverse) + 2.0 / 3 * confidence * inverse;
    }

    private (long Size, AdwinBucket Bucket) RemoveOldest()
    {
        var (size, bucket) = (1L << Rows.Count - 1, Rows[^1][0]);
        Rows[^1].RemoveAt(0);
        if (Rows[^1].Count == 0)
            Rows.RemoveAt(Rows.Count - 1);
        var rest = Count - size;
        var difference = bucket.Total / size - (Total - bucket.Total) / rest;
        SquaredDeviations -= bucket.SquaredDeviations + difference * difference * size * rest / Count;
        (Count, Total) = (rest, Total - bucket.Total);
        return (size, bucket);
    }
}

/// <summary>The values of a bucket of the window of <see cref="Adwin"/>.</summary>
/// <param name="Total">The sum of its values.</param>
/// <param name="SquaredDeviations">The sum of their squared deviations from their mean.</param>
internal readonly record struct AdwinBucket(double Total, double SquaredDeviations);
