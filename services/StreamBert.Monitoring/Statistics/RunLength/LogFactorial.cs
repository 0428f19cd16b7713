namespace StreamBert.Monitoring.Statistics.RunLength;

/// <summary>Computes ln k! by a table and Stirling's series, exact to 1e-10.</summary>
internal static class LogFactorial
{
    private static readonly double[] Table = Accumulate(64);

    public static double Of(double k)
    {
        if (k < Table.Length)
            return Table[(int)k];
        var inverse = 1 / k;
        return (k + 0.5) * Math.Log(k) - k + 0.91893853320467274 + inverse * (1.0 / 12 - inverse * inverse / 360);
    }

    private static double[] Accumulate(int size)
    {
        var table = new double[size];
        for (var k = 1; k < size; k++)
            table[k] = table[k - 1] + Math.Log(k);
        return table;
    }
}
