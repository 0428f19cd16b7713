namespace StreamBert.Training.Rollout;

/// <summary>
/// The label counts of one head of one pipeline in one arm, by bucket of clusters. A cluster is a conversation or a story, whose texts
/// depend on each other; each lies in one bucket by its hash, so that buckets are independent and their number bounds the memory.
/// </summary>
internal sealed class ClusteredCounts
{
    public const int Buckets = 256;

    private readonly double[] _texts = new double[Buckets];
    private readonly Dictionary<string, double[]> _labels = new(StringComparer.Ordinal);

    public double Texts { get; private set; }

    public IEnumerable<string> Labels => _labels.Keys;

    /// <summary>The number of buckets with texts.</summary>
    public int UsedBuckets => _texts.Count(static count => count > 0);

    public void Add(int bucket, string label, long count = 1)
    {
        if (!_labels.TryGetValue(label, out var counts))
            _labels[label] = counts = new double[Buckets];
        counts[bucket] += count;
        _texts[bucket] += count;
        Texts += count;
    }

    public double Count(string label) => _labels.TryGetValue(label, out var counts) ? counts.Sum() : 0;

    public double Share(string label) => Texts == 0 ? 0 : Count(label) / Texts;

    /// <summary>
    /// Returns the variance of the share of a label around <paramref name="center"/> (ratio estimator over clusters, Cochran 1977,
    /// section 9.4).
    /// </summary>
    public double Variance(string label, double center)
    {
        var (sum, counts) = (0.0, _labels.GetValueOrDefault(label));
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            var residual = (counts?[bucket] ?? 0) - center * _texts[bucket];
            sum += residual * residual;
        }
        return UsedBuckets is > 1 and var used ? sum / (Texts * Texts) * used / (used - 1) : double.PositiveInfinity;
    }
}
