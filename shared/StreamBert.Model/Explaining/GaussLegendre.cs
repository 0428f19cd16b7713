namespace StreamBert.Model.Explaining;

/// <summary>
/// Gauss-Legendre quadrature on [0, 1]: with n points exact for polynomials of degree 2n − 1, so that a smooth path needs few gradients.
/// The points are the roots of the Legendre polynomial of degree n, found by Newton's method from the usual cosine approximation.
/// </summary>
internal static class GaussLegendre
{
    private const double Tolerance = 1e-14;

    public static (double Point, double Weight)[] CreateRule(int points)
    {
        var rule = new (double Point, double Weight)[points];
        for (var i = 0; i < points; i++) rule[i] = FindRoot(points, i);
        return rule;
    }

    private static (double Point, double Weight) FindRoot(int degree, int index)
    {
        var x = -Math.Cos(Math.PI * (index + 0.75) / (degree + 0.5));
        for (var delta = 1.0; Math.Abs(delta) > Tolerance;)
        {
            var (value, derivative) = EvaluateLegendre(degree, x);
            delta = value / derivative;
            x -= delta;
        }

        var slope = EvaluateLegendre(degree, x).Derivative;
        return ((x + 1) / 2, 1 / ((1 - x * x) * slope * slope));
    }

    /// <summary>Evaluates the polynomial and its derivative by the three-term recurrence.</summary>
    private static (double Value, double Derivative) EvaluateLegendre(int degree, double x)
    {
        var (previous, value) = (1.0, x);
        for (var n = 2; n <= degree; n++) (previous, value) = (value, ((2 * n - 1) * x * value - (n - 1) * previous) / n);
        return (value, degree * (x * value - previous) / (x * x - 1));
    }
}
