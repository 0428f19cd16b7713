using MathNet.Numerics.Distributions;
using StreamBert.Contracts;

namespace StreamBert.Monitoring.Scenarios.Suites;

/// <summary>Computes the exact 95 % interval of a proportion (Clopper and Pearson 1934).</summary>
internal static class BinomialInterval
{
    private const double OneTail = 0.025;

    public static Interval Of(long selected, long count) => new(
        selected == 0 ? 0 : Beta.InvCDF(selected, count - selected + 1, OneTail),
        selected == count ? 1 : Beta.InvCDF(selected + 1, count - selected, 1 - OneTail));
}
