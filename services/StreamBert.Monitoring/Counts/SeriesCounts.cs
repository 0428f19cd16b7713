using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.Counts;

/// <summary>
/// The counts of one series in one window. Counts are mergeable: every field is a sum of integers, so they do not depend on the order
/// of the texts. Texts are what people see, clusters (stories or subjects) are what evidence is computed from.
/// </summary>
internal sealed class SeriesCounts
{
    /// <summary>The number of bins of <see cref="Confidences"/> over [0, 1].</summary>
    public const int Bins = 100;

    /// <summary>The unit in which confidences and scores are summed is one part of so many.</summary>
    public const double ConfidenceUnits = 1e9;

    /// <summary>The cell of the first label, and those of the others: most segments have one label in a window.</summary>
    private (string Label, int Cell)? _firstCell;
    private Dictionary<string, int>? _otherCells;
    private Dictionary<string, long>? _labelScores;

    /// <summary>The labels in their usual order, and the sums of their scores that are not yet in <see cref="LabelScores"/>.</summary>
    private string[] _scoreLabels = [];
    private long[] _scoreSums = [];

    public long Count { get; set; }
    public Dictionary<string, long> Labels { get; set; } = [];

    /// <summary>The number of clusters; 0 until the window closes.</summary>
    public long Clusters { get; set; }

    /// <summary>Label → sum over the clusters of the share of the cluster's texts with that label; empty until the window closes.</summary>
    public Dictionary<string, double> ClusterLabels { get; set; } = [];

    /// <summary>The sum of the squared numbers of texts of the clusters; 0 until the window closes.</summary>
    public long ClusterSquares { get; set; }

    /// <summary>The sum of the confidences, in billionths.</summary>
    public long ConfidenceSum { get; set; }

    /// <summary>The sum of the squared confidences, in billionths.</summary>
    public long ConfidenceSquares { get; set; }

    /// <summary>The histogram of the confidence; null for series that drift detection does not watch.</summary>
    public int[]? Confidences { get; set; }

    /// <summary>Label → sum of the confidences of the texts with that label, in billionths; null but for <c>all</c>.</summary>
    public Dictionary<string, long>? LabelConfidences { get; set; }

    /// <summary>Label → sum of its scores, in billionths; null but for <c>all</c>, and empty if scores are not kept.</summary>
    public Dictionary<string, long>? LabelScores
    {
        get => WithScoreSums();
        set => _labelScores = value;
    }

    /// <summary>The number of texts that arrived after the window had closed.</summary>
    public long Late { get; set; }
    public int Revision { get; set; }

    /// <summary>Whether a late text has changed the counts since the last revision.</summary>
    public bool HasChanged { get; set; }

    /// <summary>The mean confidence, rounded to six decimals.</summary>
    [JsonIgnore]
    public double MeanConfidence => Count > 0 ? Math.Round(ConfidenceSum / ConfidenceUnits / Count, 6) : 0;

    /// <summary>Creates the counts of all texts of a head, with what only these have.</summary>
    public static SeriesCounts ForAll() => new() { Confidences = new int[Bins], LabelConfidences = [], LabelScores = [] };

    public void Add(string label, double confidence, bool isLate)
    {
        Count++;
        CollectionsMarshal.GetValueRefOrAddDefault(Labels, label, out _)++;
        var units = (long)Math.Round(confidence * ConfidenceUnits);
        ConfidenceSum += units;
        ConfidenceSquares += (long)Math.Round(confidence * confidence * ConfidenceUnits);
        if (Confidences is not null)
            Confidences[Math.Clamp((int)(confidence * Bins), 0, Bins - 1)]++;
        if (LabelConfidences is not null)
            CollectionsMarshal.GetValueRefOrAddDefault(LabelConfidences, label, out _) += units;
        if (!isLate)
            return;
        Late++;
        HasChanged = true;
    }

    /// <summary>Adds the scores that the labels got from a text.</summary>
    /// <param name="labels">The labels; the array is not changed afterwards.</param>
    /// <param name="scores">The score of each label.</param>
    public void AddScores(string[] labels, ReadOnlySpan<double> scores)
    {
        if (Confidences is null)
            return;
        if (!ReferenceEquals(_scoreLabels, labels) && !_scoreLabels.AsSpan().SequenceEqual(labels))
        {
            // The labels of a head nearly always have the same order.
            WithScoreSums();
            (_scoreLabels, _scoreSums) = (labels, new long[labels.Length]);
        }
        for (var i = 0; i < scores.Length; i++)
            _scoreSums[i] += (long)Math.Round(scores[i] * ConfidenceUnits);
    }

    private Dictionary<string, long>? WithScoreSums()
    {
        for (var i = 0; i < _scoreSums.Length; i++)
        {
            if (_scoreSums[i] != 0)
                CollectionsMarshal.GetValueRefOrAddDefault(_labelScores ??= [], _scoreLabels[i], out _) += _scoreSums[i];
            _scoreSums[i] = 0;
        }
        return _labelScores;
    }

    /// <summary>Adds the counts of another series of an open window.</summary>
    public void Merge(SeriesCounts other)
    {
        Count += other.Count;
        ConfidenceSum += other.ConfidenceSum;
        ConfidenceSquares += other.ConfidenceSquares;
        foreach (var (label, texts) in other.Labels)
            CollectionsMarshal.GetValueRefOrAddDefault(Labels, label, out _) += texts;
    }

    /// <summary>Returns the index of the cell that stands for a label of this series among the clusters of its window.</summary>
    public int CellOf(string head, string segment, string label, WindowClusters clusters)
    {
        _firstCell ??= (label, clusters.IdOf(new(head, segment, label)));
        if (_firstCell.Value.Label == label)
            return _firstCell.Value.Cell;
        ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(_otherCells ??= [], label, out var exists);
        if (!exists)
            cell = clusters.IdOf(new(head, segment, label));
        return cell;
    }

    /// <summary>Increments the revision if late texts have changed the counts.</summary>
    /// <returns>Whether they have.</returns>
    public bool TryBeginRevision()
    {
        if (!HasChanged)
            return false;
        HasChanged = false;
        Revision++;
        return true;
    }
}
