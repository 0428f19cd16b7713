namespace StreamBert.Monitoring.Fairness;

/// <summary>The labelled texts of one group, from the view of the rule's label.</summary>
internal sealed class LabelTally
{
    public long TruePositives { get; set; }
    public long FalseNegatives { get; set; }
    public long FalsePositives { get; set; }
    public long TrueNegatives { get; set; }

    /// <summary>The number of texts whose prediction was correct.</summary>
    public long Correct { get; set; }

    /// <summary>The sum of the confidences, and of the squared differences of confidence and correctness.</summary>
    public double Confidence { get; set; }
    public double SquaredErrors { get; set; }

    /// <summary>The number of clusters.</summary>
    public long Clusters { get; set; }

    public long Positives => TruePositives + FalseNegatives;
    public long Negatives => FalsePositives + TrueNegatives;
    public long Count => Positives + Negatives;

    /// <summary>Adds a text.</summary>
    /// <param name="isPositive">Whether a person gave it the label of the rule.</param>
    /// <param name="isSelected">Whether the prediction gave it that label.</param>
    /// <param name="isCorrect">Whether the prediction was correct.</param>
    /// <param name="confidence">The confidence of the prediction.</param>
    /// <param name="isNewCluster">Whether it is the first labelled text of its cluster.</param>
    public void Add(bool isPositive, bool isSelected, bool isCorrect, double confidence, bool isNewCluster)
    {
        Change(+1, isPositive, isSelected, isCorrect, confidence);
        Clusters += isNewCluster ? 1 : 0;
    }

    /// <summary>
    /// Removes a text that was added. Its cluster stays: other texts of it may have been labelled, or the text may be again.
    /// </summary>
    public void Remove(bool isPositive, bool isSelected, bool isCorrect, double confidence)
    {
        if ((isPositive ? isSelected ? TruePositives : FalseNegatives : isSelected ? FalsePositives : TrueNegatives) > 0)
            Change(-1, isPositive, isSelected, isCorrect, confidence);
    }

    /// <summary>Adds another tally.</summary>
    public void Add(LabelTally other)
    {
        TruePositives += other.TruePositives;
        FalseNegatives += other.FalseNegatives;
        FalsePositives += other.FalsePositives;
        TrueNegatives += other.TrueNegatives;
        Correct += other.Correct;
        Confidence += other.Confidence;
        SquaredErrors += other.SquaredErrors;
        Clusters += other.Clusters;
    }

    private void Change(int by, bool isPositive, bool isSelected, bool isCorrect, double confidence)
    {
        TruePositives += isPositive && isSelected ? by : 0;
        FalseNegatives += isPositive && !isSelected ? by : 0;
        FalsePositives += !isPositive && isSelected ? by : 0;
        TrueNegatives += !isPositive && !isSelected ? by : 0;
        Correct += isCorrect ? by : 0;
        Confidence += by * confidence;
        SquaredErrors += by * (confidence - (isCorrect ? 1 : 0)) * (confidence - (isCorrect ? 1 : 0));
    }
}
