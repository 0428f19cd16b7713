using StreamBert.Contracts;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Cli.Evaluation.Responsibility;

/// <summary>
/// Estimates the leak risk θ by the loss-threshold attack (Yeom et al. 2018): whoever knows the true label of a text takes it for a
/// training text if the model's loss on it is low. θ is the advantage of the attack, its true minus its false positive rate. The threshold
/// is chosen on one half of the texts and evaluated on the other, so that chance gives it no advantage.
/// </summary>
internal static class MembershipAttack
{
    /// <param name="members">The losses of texts that the model was trained on.</param>
    /// <param name="others">The losses of texts that it was not trained on.</param>
    public static Estimate Run(IReadOnlyList<double> members, IReadOnlyList<double> others)
    {
        var threshold = ChooseThreshold(Half(members, 0), Half(others, 0));
        List<double> heldOutMembers = Half(members, 1), heldOutOthers = Half(others, 1);
        var (truePositives, falsePositives) = (CountBelow(heldOutMembers, threshold), CountBelow(heldOutOthers, threshold));
        var advantage = Rate.Of(truePositives, heldOutMembers.Count) - Rate.Of(falsePositives, heldOutOthers.Count);
        return new(
            Math.Max(0, advantage), NewcombeInterval.Of(truePositives, heldOutMembers.Count, falsePositives, heldOutOthers.Count));
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
