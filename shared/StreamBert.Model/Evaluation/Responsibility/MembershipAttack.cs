using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation.Responsibility;

/// <summary>
/// Estimates the leak risk θ by the loss-threshold attack (Yeom et al. 2018): whoever knows the true label of a text takes it for a
/// training text if the model's loss on it is low. θ is the advantage of the attack, its true minus its false positive rate. The threshold
/// is chosen on one half of the texts and evaluated on the other, so that chance gives it no advantage.
/// </summary>
public static class MembershipAttack
{
    private const double MinProbability = 1e-6;

    /// <summary>Returns the loss of an answer: −ln of the probability of the true label, which is rounded to 6 digits.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="label">The true label.</param>
    public static double ComputeLoss(ScoredText answer, string label) =>
        -Math.Log(Math.Max(MinProbability, answer.Prediction.Scores[label]));

    /// <summary>Estimates the leak risk.</summary>
    /// <param name="members">The losses of texts that the model was trained on.</param>
    /// <param name="others">The losses of texts that it was not trained on.</param>
    /// <param name="z">The normal quantile of the interval.</param>
    public static Estimate Run(
        IReadOnlyList<double> members, IReadOnlyList<double> others, double z = WilsonInterval.TwoSided95)
    {
        var threshold = ChooseThreshold(Half(members, 0), Half(others, 0));
        List<double> heldOutMembers = Half(members, 1), heldOutOthers = Half(others, 1);
        var (truePositives, falsePositives) = (CountBelow(heldOutMembers, threshold), CountBelow(heldOutOthers, threshold));
        var advantage = truePositives / Math.Max(1.0, heldOutMembers.Count) - falsePositives / Math.Max(1.0, heldOutOthers.Count);
        return new(
            Math.Max(0, advantage), NewcombeInterval.Of(truePositives, heldOutMembers.Count, falsePositives, heldOutOthers.Count, z));
    }

    /// <summary>Returns the loss up to which the difference of the rates is largest.</summary>
    private static double ChooseThreshold(List<double> members, List<double> others)
    {
        var losses = members.Select(static loss => (loss, IsMember: true)).Concat(others.Select(static loss => (loss, IsMember: false)));
        var (best, threshold, difference) = (0.0, double.NegativeInfinity, 0.0);
        foreach (var group in losses.GroupBy(static item => item.loss).OrderBy(static group => group.Key))
        {
            difference += group.Sum(item => item.IsMember ? 1.0 / members.Count : -1.0 / others.Count);
            if (difference > best)
                (best, threshold) = (difference, group.Key);
        }
        return threshold;
    }

    private static List<double> Half(IReadOnlyList<double> losses, int remainder) =>
        [.. losses.Where((_, index) => index % 2 == remainder)];

    private static long CountBelow(List<double> losses, double threshold) => losses.Count(loss => loss <= threshold);
}
