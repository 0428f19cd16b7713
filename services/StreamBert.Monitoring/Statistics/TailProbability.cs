using MathNet.Numerics;

namespace StreamBert.Monitoring.Statistics;

/// <summary>Computes tail probabilities of counts and of test statistics.</summary>
internal static class TailProbability
{
    /// <summary>
    /// Returns P(K ≥ k) of n texts when the rate itself is uncertain: beta-binomial with prior Beta(alpha, beta). The weight
    /// alpha + beta of the prior states how certain the expected rate is, so a series with a short history needs stronger evidence.
    /// </summary>
    /// <remarks>
    /// It is continued to fractional counts by the gamma function: a cluster that has the label in part counts as a fraction.
    /// </remarks>
    public static double BetaBinomialUpper(double k, double n, double alpha, double beta) =>
        k <= 0 ? 1 : k > n ? 0 : BetaBinomialSum(k, n, alpha, beta);

    /// <summary>Sums P(K = x) for x = k, k + 1, …, n.</summary>
    private static double BetaBinomialSum(double k, double n, double alpha, double beta)
    {
        var term = BetaBinomial(k, n, alpha, beta);
        var sum = term;
        for (var x = k; x <= n - 1; x++)
        {
            term *= (n - x) / (x + 1) * (x + alpha) / (n - x - 1 + beta);
            sum += term;
            if (term < sum * 1e-12 && x > n * alpha / (alpha + beta))
                break; // beyond the mode the terms decrease
        }
        return Math.Min(1, sum);
    }

    private static double BetaBinomial(double k, double n, double alpha, double beta) =>
        Math.Exp(LogChoose(n, k) + LogBeta(k + alpha, n - k + beta) - LogBeta(alpha, beta));

    /// <summary>
    /// Returns P(X ≥ x) of a negative binomial: a Poisson count whose rate itself varies. <paramref name="variance"/> must exceed
    /// <paramref name="mean"/>.
    /// </summary>
    public static double NegativeBinomialUpper(long x, double mean, double variance)
    {
        if (x <= 0)
            return 1;
        if (mean <= 0)
            return 0;
        var (r, p) = NegativeBinomial(mean, variance);
        return SpecialFunctions.BetaRegularized(x, r, 1 - p);
    }

    /// <summary>Returns P(X ≤ x) of the same negative binomial.</summary>
    public static double NegativeBinomialLower(long x, double mean, double variance)
    {
        if (x < 0)
            return 0;
        if (mean <= 0)
            return 1;
        var (r, p) = NegativeBinomial(mean, variance);
        return SpecialFunctions.BetaRegularized(r, x + 1, p);
    }

    /// <summary>Returns P(X ≥ statistic) of χ² with the given degrees of freedom.</summary>
    public static double ChiSquareUpper(double statistic, int degrees) =>
        degrees <= 0 || statistic <= 0 ? 1 : 1 - SpecialFunctions.GammaLowerRegularized(degrees / 2.0, statistic / 2);

    private static (double R, double P) NegativeBinomial(double mean, double variance)
    {
        if (variance <= mean)
            throw new ArgumentOutOfRangeException(nameof(variance), variance, $"The variance must exceed the mean ({mean}).");
        return (mean * mean / (variance - mean), mean / variance);
    }

    private static double LogChoose(double n, double k) =>
        SpecialFunctions.GammaLn(n + 1) - SpecialFunctions.GammaLn(k + 1) - SpecialFunctions.GammaLn(n - k + 1);

    private static double LogBeta(double a, double b) =>
        SpecialFunctions.GammaLn(a) + SpecialFunctions.GammaLn(b) - SpecialFunctions.GammaLn(a + b);
}
