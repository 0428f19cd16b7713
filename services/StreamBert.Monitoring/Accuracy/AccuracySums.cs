using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using StreamBert.Monitoring.Counts;

namespace StreamBert.Monitoring.Accuracy;

/// <summary>The sums of confidences from which the accuracy of a series in some time is estimated.</summary>
internal sealed class AccuracySums
{
    public long Texts { get; set; }

    /// <summary>The sum of the confidences, and of their squares.</summary>
    public double Confidence { get; set; }
    public double Squares { get; set; }

    /// <summary>The sum of the squared numbers of texts of the clusters.</summary>
    public double ClusterSquares { get; set; }

    /// <summary>Label → texts, confidences and scores; empty but for all texts of a head.</summary>
    public Dictionary<string, LabelSums> Labels { get; set; } = [];

    /// <summary>The mean confidence: the expected share of correct predictions.</summary>
    [JsonIgnore]
    public double Accuracy => Texts > 0 ? Confidence / Texts : 0;

    /// <summary>The variance of <see cref="Accuracy"/> over samples of independent texts.</summary>
    [JsonIgnore]
    public double SamplingVariance => Texts > 0 ? Math.Max(0, Squares / Texts - Accuracy * Accuracy) / Texts : 0;

    /// <summary>The design effect of the clusters within windows: the mean size of the cluster of a text.</summary>
    [JsonIgnore]
    public double WithinDesignEffect => Texts > 0 ? Math.Max(1, ClusterSquares / Texts) : 1;

    /// <summary>Adds the counts of a window.</summary>
    public void Add(SeriesCounts counts)
    {
        Texts += counts.Count;
        Confidence += counts.ConfidenceSum / SeriesCounts.ConfidenceUnits;
        Squares += counts.ConfidenceSquares / SeriesCounts.ConfidenceUnits;
        ClusterSquares += Math.Max(counts.Count, counts.ClusterSquares);
        if (counts.LabelConfidences is { } confidences)
            AddLabels(counts, confidences);
    }

    private void AddLabels(SeriesCounts counts, Dictionary<string, long> confidences)
    {
        foreach (var (label, confidence) in confidences)
        {
            var sums = SumsOf(label);
            sums.Texts += counts.Labels.GetValueOrDefault(label);
            sums.Confidence += confidence / SeriesCounts.ConfidenceUnits;
        }
        foreach (var (label, score) in counts.LabelScores ?? [])
            SumsOf(label).Score += score / SeriesCounts.ConfidenceUnits;
    }

    /// <summary>Adds the counts of a group in a window.</summary>
    /// <param name="counts">The counts.</param>
    /// <param name="clusterSquares">The sum of the squared numbers of texts of the group's clusters.</param>
    public void Add(GroupCounts counts, double clusterSquares)
    {
        Texts += counts.Count;
        Confidence += counts.ConfidenceSum / SeriesCounts.ConfidenceUnits;
        Squares += counts.ConfidenceSquares / SeriesCounts.ConfidenceUnits;
        ClusterSquares += Math.Max(counts.Count, clusterSquares);
    }

    /// <summary>Adds the sums of another time.</summary>
    public void Add(AccuracySums other)
    {
        Texts += other.Texts;
        Confidence += other.Confidence;
        Squares += other.Squares;
        ClusterSquares += other.ClusterSquares;
        Add(other.Labels);
    }

    /// <summary>Adds sums by label.</summary>
    public void Add(IReadOnlyDictionary<string, LabelSums> labels)
    {
        foreach (var (label, added) in labels)
        {
            var sums = SumsOf(label);
            (sums.Texts, sums.Confidence, sums.Score) =
                (sums.Texts + added.Texts, sums.Confidence + added.Confidence, sums.Score + added.Score);
        }
    }

    private LabelSums SumsOf(string label)
    {
        ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(Labels, label, out _);
        return sums ??= new();
    }
}

/// <summary>The sums of one label: of the texts that were given it, and of its scores over all texts.</summary>
internal sealed class LabelSums
{
    public long Texts { get; set; }
    public double Confidence { get; set; }
    public double Score { get; set; }
}
