namespace StreamBert.Training.Annotators;

/// <summary>
/// Estimates the share of wrong labels from the probabilities that a model gives the labels: a label is right with probability 1 − ε, and
/// is then as probable as the model says, or is one of the other labels. Texts that the model finds easy therefore say more than difficult
/// ones.
/// </summary>
internal static class LabelError
{
    /// <summary>An error rate that is always assumed possible, so that no single label decides alone.</summary>
    private const double MinimumRate = 0.05;

    private const double LargestProbability = 0.99;
    private const int Bisections = 40;

    /// <summary>Returns the maximum likelihood estimate of ε, between 0 and 1.</summary>
    /// <param name="probabilities">The probability of each given label.</param>
    /// <param name="labelCount">The number of labels of the head.</param>
    public static double Estimate(IReadOnlyCollection<double> probabilities, int labelCount)
    {
        var (low, high) = (0.0, 1.0);
        for (var step = 0; step < Bisections; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = probabilities.Sum(probability => Slope(probability, labelCount, middle)) > 0 ? (middle, high) : (low, middle);
        }
        return (low + high) / 2;
    }

    /// <summary>Returns the score of a label, the slope of its log-likelihood in ε: positive for a label that is probably wrong.</summary>
    public static double Score(double probability, int labelCount, double errorRate) =>
        Slope(probability, labelCount, Math.Max(errorRate, MinimumRate));

    private static double Slope(double probability, int labelCount, double errorRate)
    {
        var right = Math.Clamp(probability, 1 - LargestProbability, LargestProbability);
        var wrong = (1 - right) / (labelCount - 1);
        return (wrong - right) / (right + errorRate * (wrong - right));
    }
}
