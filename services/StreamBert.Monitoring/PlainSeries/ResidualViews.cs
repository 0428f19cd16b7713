namespace StreamBert.Monitoring.PlainSeries;

/// <summary>Calibrates the residuals of one way of prediction: of a single row, and their means over the last rows.</summary>
internal sealed class ResidualViews
{
    private static readonly int[] Lengths = [1, 6, 24, 96];

    /// <summary>A residual counts at most as so many usual ones in a mean.</summary>
    private const double Limit = 8;

    private readonly RollingMean[] _means = [.. Lengths.Select(static length => new RollingMean(length))];
    private readonly TailCalibrator[] _rises = [.. Lengths.Select(static _ => new TailCalibrator())];
    private readonly TailCalibrator[] _falls = [.. Lengths.Select(static _ => new TailCalibrator())];

    /// <summary>Returns the strongest evidence of a residual, and learns it.</summary>
    /// <param name="error">The error of the prediction.</param>
    /// <param name="usual">The usual error.</param>
    public double Evidence(double error, double usual)
    {
        var strongest = 0.0;
        for (var i = 0; i < Lengths.Length; i++)
        {
            var mean = Lengths[i] == 1 ? error : _means[i].Add(Math.Clamp(error, -Limit * usual, Limit * usual));
            var resolution = usual / (Lengths[i] == 1 ? 2 : 5);
            strongest = Math.Max(strongest, _rises[i].Add(mean, resolution));
            strongest = Math.Max(strongest, _falls[i].Add(-mean, resolution));
        }
        return strongest;
    }
}
