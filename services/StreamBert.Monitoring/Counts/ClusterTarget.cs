using System.Runtime.InteropServices;

namespace StreamBert.Monitoring.Counts;

/// <summary>
/// Sums the clusters of one series, or of the number of texts of a segment, as differences from its texts: a cluster of one text adds
/// nothing. Shares are summed in millionths, so that the sums do not depend on the order.
/// </summary>
internal sealed class ClusterTarget(SeriesCounts? series, VolumeCounts? volume)
{
    private const double Units = 1e6;

    /// <summary>The weight of the mean cluster size of the pipeline in that of a series, in texts, where clusters are sampled.</summary>
    private const double Shrinkage = 10;

    /// <summary>Label → texts, and the sum of shares minus texts, of the clusters that were added.</summary>
    private Dictionary<string, (long Texts, long Difference)>? _labels;
    private long _squares;

    /// <summary>The number of texts of the clusters that were added.</summary>
    public long Texts { get; private set; }

    /// <summary>The number of clusters minus that of texts.</summary>
    public long Difference { get; private set; }

    /// <summary>Adds clusters with so many texts each in this series.</summary>
    public void AddCluster(long texts, long clusters)
    {
        Texts += clusters * texts;
        Difference += clusters * (1 - texts);
        _squares += clusters * (texts * texts - texts);
    }

    /// <summary>Adds the texts that have a label, of clusters with so many texts each.</summary>
    public void AddLabel(string label, long labelled, long texts, long clusters)
    {
        ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(_labels ??= [], label, out _);
        sums.Texts += clusters * labelled;
        sums.Difference += clusters * ((long)Math.Round(Units * labelled / texts) - (long)Units * labelled);
    }

    /// <summary>Sets the clusters of the series, all of whose clusters of several texts were added.</summary>
    public void Write()
    {
        if (volume is not null)
            volume.Clusters = volume.Count + Difference;
        if (series is null)
            return;
        (series.Clusters, series.ClusterSquares) = (series.Count + Difference, series.Count + _squares);
        series.ClusterLabels.Clear();
        series.ClusterLabels.EnsureCapacity(series.Labels.Count);
        foreach (var (label, texts) in series.Labels)
            series.ClusterLabels[label] = _labels is null ? texts : Math.Round(texts + SumsOf(label).Difference / Units, 6);
    }

    /// <summary>Sets the clusters of the series by its mean cluster size and its label mix in the clusters that were added.</summary>
    /// <param name="clustersPerText">The ratio over all series.</param>
    public void WriteEstimate(double clustersPerText)
    {
        var perText = (Texts + Difference + Shrinkage * clustersPerText) / (Texts + Shrinkage);
        if (volume is not null)
            volume.Clusters = (long)Math.Round(volume.Count * perText);
        if (series is null)
            return;
        series.Clusters = (long)Math.Round(series.Count * perText);
        series.ClusterSquares = (long)Math.Round(series.Count * (Texts + _squares + Shrinkage) / (Texts + Shrinkage));
        series.ClusterLabels.Clear();
        foreach (var (label, texts) in series.Labels)
        {
            var (labelled, difference) = SumsOf(label);
            var share = (labelled + difference / Units + Shrinkage * texts / series.Count) / (Texts + Difference + Shrinkage);
            series.ClusterLabels[label] = Math.Round(series.Clusters * share, 6);
        }
    }

    private (long Texts, long Difference) SumsOf(string label) => _labels is null ? default : _labels.GetValueOrDefault(label);
}
