using MathNet.Numerics.Distributions;
using StreamBert.Contracts;

namespace StreamBert.Monitoring.Scenarios.Suites;

/// <summary>Computes the exact 95 % interval of the mean of a Poisson count (Garwood 1936).</summary>
internal static class PoissonInterval
{
    private const double OneTail = 0.025;

    public static Interval Of(long count) => new(
        count == 0 ? 0 : Gamma.InvCDF(count, 1, OneTail),
        Gamma.InvCDF(count + 1, 1, 1 - OneTail));
}
