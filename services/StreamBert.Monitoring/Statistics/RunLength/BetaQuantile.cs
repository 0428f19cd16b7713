using MathNet.Numerics;

namespace StreamBert.Monitoring.Statistics.RunLength;

/// <summary>Computes quantiles of the beta distribution by bisection, which converges for every shape.</summary>
internal static class BetaQuantile
{
    private const int Steps = 40;

    /// <summary>Returns x with P(X ≤ x) = <paramref name="p"/>.</summary>
    public static double Of(double a, double b, double p)
    {
        double low = 0, high = 1;
        for (var i = 0; i < Steps; i++)
        {
            var middle = (low + high) / 2;
            if (SpecialFunctions.BetaRegularized(a, b, middle) < p)
                low = middle;
            else
                high = middle;
        }
        return (low + high) / 2;
    }
}
