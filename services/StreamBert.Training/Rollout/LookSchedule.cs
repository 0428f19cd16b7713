namespace StreamBert.Training.Rollout;

/// <summary>
/// Plans repeated looks at growing samples. The k-th look spends 1/(k(k+1)) of the error probability, all looks together spend it once
/// (alpha spending, Lan and DeMets 1983, with a schedule that needs no last look). The looks depend on the counts alone. Those at
/// predictions are the same when the records are read again after a crash; those at labels differ if labels were withdrawn before it,
/// because labels that are withdrawn by then are not counted.
/// </summary>
/// <param name="first">The count of the first look.</param>
internal sealed class LookSchedule(int first)
{
    private const double Growth = 1.25;
    private double _next = first;
    private int _number;

    /// <summary>Returns whether a look is due at this count, and counts it.</summary>
    public bool TryLook(long count)
    {
        if (count < _next)
            return false;
        _number++;
        _next = Math.Max(count + 1, count * Growth);
        return true;
    }

    /// <summary>Returns the error probability of the current look.</summary>
    public double Spend(double total) => total / (_number * (_number + 1.0));
}
