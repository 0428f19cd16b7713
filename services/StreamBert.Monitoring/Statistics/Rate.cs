namespace StreamBert.Monitoring.Statistics;

/// <summary>Computes a rate from two counts.</summary>
internal static class Rate
{
    /// <summary>Returns <paramref name="selected"/> divided by <paramref name="count"/>; 0 without texts.</summary>
    public static double Of(long selected, long count) => count > 0 ? (double)selected / count : 0;
}
