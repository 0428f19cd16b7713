namespace StreamBert.Monitoring.Statistics;

/// <summary>
/// Computes how many independent texts a number of texts in clusters is worth (Kish 1965): n / (1 + (m̄ − 1)·ρ), where m̄ is the mean
/// size of the cluster of a text.
/// </summary>
internal static class DesignEffect
{
    /// <summary>Returns the effective number of texts.</summary>
    /// <param name="count">n, the number of texts.</param>
    /// <param name="clusterSquares">The sum of the squares of the clusters' sizes.</param>
    /// <param name="intraclass">ρ, the correlation of two texts of a cluster.</param>
    public static double EffectiveCount(double count, double clusterSquares, double intraclass) =>
        count <= 0 ? 0 : count / (1 + Math.Max(0, clusterSquares / count - 1) * intraclass);
}
