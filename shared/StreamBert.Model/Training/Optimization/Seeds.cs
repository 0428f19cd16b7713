namespace StreamBert.Model.Training.Optimization;

/// <summary>
/// Derives the seeds of a run. Each epoch and each step has its own random numbers, which depend only on the seed of the run and its
/// number, so that an interrupted run continues with the same ones.
/// </summary>
internal static class Seeds
{
    /// <summary>The use of a derived seed.</summary>
    public const int Order = 1, TokenDropout = 2, Dropout = 3;

    /// <summary>Derives a seed by the finalizer of SplitMix64 (Steele et al. 2014).</summary>
    public static int Derive(int seed, int use, int index)
    {
        var state = unchecked((ulong)(uint)seed * 0x9E3779B97F4A7C15 + (ulong)(uint)use * 0xD1B54A32D192ED03 + (ulong)(uint)index);
        state = unchecked((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9);
        state = unchecked((state ^ (state >> 27)) * 0x94D049BB133111EB);
        return (int)((state ^ (state >> 31)) & int.MaxValue);
    }
}
