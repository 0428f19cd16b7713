namespace StreamBert.Monitoring.Counts;

/// <summary>The counts of one segment in an open window, until the window closes and it is decided which segments are tracked.</summary>
internal sealed class SegmentCounts
{
    /// <summary>The number of texts.</summary>
    public VolumeCounts Volume { get; set; } = new();

    /// <summary>Head → counts.</summary>
    public Dictionary<string, SeriesCounts> Series { get; set; } = [];

    /// <summary>A sample of the texts.</summary>
    public List<SampledText> Sample { get; set; } = [];

    public SeriesCounts GetOrAdd(string head)
    {
        if (!Series.TryGetValue(head, out var series))
            Series[head] = series = new();
        return series;
    }

    /// <summary>Adds the counts of another segment.</summary>
    /// <param name="other">The other segment.</param>
    /// <param name="sampleCapacity">The number of texts in the sample.</param>
    public void Merge(SegmentCounts other, int sampleCapacity)
    {
        Volume.Count += other.Volume.Count;
        foreach (var (head, series) in other.Series)
            GetOrAdd(head).Merge(series);
        foreach (var text in other.Sample)
            TextSample.Add(Sample, text, sampleCapacity);
    }
}
