namespace StreamBert.Model.Training.Adapters.RankAllocation;

/// <summary>
/// AdaLoRA's schedule of the total rank (Zhang et al. 2023, equation 12): the initial rank during a warm-up, a cubic decrease to the
/// target, and the target until the end of the run.
/// </summary>
/// <param name="Initial">The total rank at the start.</param>
/// <param name="Target">The total rank at the end.</param>
/// <param name="WarmUpFraction">The part of the steps before the decrease.</param>
/// <param name="FinalFraction">The part of the steps after the decrease.</param>
internal sealed record RankBudget(int Initial, int Target, double WarmUpFraction, double FinalFraction)
{
    /// <summary>Returns the total rank after a step.</summary>
    public int GetRank(int step, int steps)
    {
        var (start, end) = (WarmUpFraction * steps, GetFinalStep(steps));
        if (step <= start) return Initial;
        if (step >= end) return Target;
        var remaining = 1 - (step - start) / (end - start);
        return Target + (int)((Initial - Target) * Math.Pow(remaining, 3));
    }

    /// <summary>Determines whether the ranks of the layers are final after a step.</summary>
    public bool IsFinal(int step, int steps) => step >= GetFinalStep(steps);

    private double GetFinalStep(int steps) => Math.Floor((1 - FinalFraction) * steps);
}
