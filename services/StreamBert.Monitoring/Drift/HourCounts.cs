namespace StreamBert.Monitoring.Drift;

/// <summary>The counts of a quantity in an hour, by bin.</summary>
/// <param name="values">The counts.</param>
internal sealed class HourCounts(double[] values)
{
    /// <summary>The counts.</summary>
    public double[] Values => values;

    /// <summary>Their sum.</summary>
    public double Total { get; } = values.Sum();

    /// <summary>The shares of the bins; zeros without counts.</summary>
    public double[] Shares => field ??= SharesOf(values);

    /// <summary>Returns the shares of counts; zeros without counts.</summary>
    public static double[] SharesOf(double[] counts)
    {
        var total = counts.Sum();
        return total > 0 ? Array.ConvertAll(counts, count => count / total) : counts;
    }
}
