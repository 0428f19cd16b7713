namespace StreamBert.Monitoring.Statistics.Series;

/// <summary>Rounds parameters of models to grids that are coarse enough to be shared by many series.</summary>
internal static class Grid
{
    /// <summary>Rounds to a power of <paramref name="ratio"/>.</summary>
    public static double Geometric(double value, double ratio, double minimum, double maximum) =>
        Math.Pow(ratio, Math.Round(Math.Log(Math.Clamp(value, minimum, maximum), ratio)));

    /// <summary>Rounds a probability to steps of its log odds.</summary>
    public static double Logistic(double value, double step, double minimum)
    {
        var p = Math.Clamp(value, minimum, 1 - minimum);
        return 1 / (1 + Math.Exp(-step * Math.Round(Math.Log(p / (1 - p)) / step)));
    }

    /// <summary>Rounds to a multiple of <paramref name="step"/>.</summary>
    public static double Linear(double value, double step, double minimum, double maximum) =>
        Math.Round(Math.Round(Math.Clamp(value, minimum, maximum) / step) * step, 6);

    /// <summary>
    /// Returns the value of an ascending list, 0 first, that is nearest in ratio; a value below the first positive one becomes 0 or that
    /// one, whichever is nearer.
    /// </summary>
    public static double Nearest(double[] values, double value)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var border = i == 1 ? values[1] / 2 : Math.Sqrt(values[i] * values[i - 1]);
            if (value >= border)
                return values[i];
        }
        return values[0];
    }
}
