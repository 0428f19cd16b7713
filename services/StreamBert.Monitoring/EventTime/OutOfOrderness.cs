namespace StreamBert.Monitoring.EventTime;

/// <summary>
/// Measures how far the windows of texts are behind the event time of a pipeline, and derives the time by which the watermark must be held
/// back so that hardly any text is late. Producers whose clocks are ahead, and sources that are polled, then need no setting.
/// </summary>
internal sealed class OutOfOrderness
{
    /// <summary>The share of texts that may be late, and the number that is assumed to have been punctual before the first one.</summary>
    private const double LateShare = 0.01, PriorTexts = 1000;

    /// <summary>The number of texts over which the distribution is averaged.</summary>
    private const double AveragedTexts = 5000;

    /// <summary>The number of buckets per doubling, and the upper bound of the first one, in seconds.</summary>
    private const int BucketsPerDoubling = 4;
    private const double FirstBound = 1;

    /// <summary>The hold-back exceeds the measured bound by this factor, because delays vary.</summary>
    private const double Margin = 1.1;

    /// <summary>Bucket → the decayed number of texts behind by at most its bound; later texts only count in <see cref="Texts"/>.</summary>
    public double[] Buckets { get; set; } = [];

    /// <summary>The decayed number of texts.</summary>
    public double Texts { get; set; }

    /// <summary>Adds a text.</summary>
    /// <param name="behind">The event time of the pipeline minus the end of the text's window; negative for a text in time.</param>
    /// <param name="maximum">The largest hold-back; texts that are further behind are too late in any case.</param>
    public void Add(TimeSpan behind, TimeSpan maximum)
    {
        if (Buckets.Length == 0)
            Buckets = new double[BucketOf(maximum.TotalSeconds) + 1];
        if (Texts >= AveragedTexts)
            Halve();
        Texts++;
        if (behind <= maximum && BucketOf(behind.TotalSeconds) is var bucket && bucket < Buckets.Length)
            Buckets[bucket]++;
    }

    /// <summary>Returns the time by which the watermark is held back.</summary>
    public TimeSpan HoldBack()
    {
        var behind = 0.0;
        for (var bucket = Buckets.Length - 1; bucket > 0; bucket--)
        {
            behind += Buckets[bucket];
            if (behind > LateShare * (Texts + PriorTexts))
                return TimeSpan.FromSeconds(Math.Ceiling(Margin * FirstBound * Math.Pow(2, bucket / (double)BucketsPerDoubling)));
        }
        return TimeSpan.Zero;
    }

    private static int BucketOf(double seconds) =>
        seconds <= FirstBound ? 0 : (int)Math.Ceiling(BucketsPerDoubling * Math.Log2(seconds / FirstBound));

    private void Halve()
    {
        Texts /= 2;
        for (var bucket = 0; bucket < Buckets.Length; bucket++)
            Buckets[bucket] /= 2;
    }
}
