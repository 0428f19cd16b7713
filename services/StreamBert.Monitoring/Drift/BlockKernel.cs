namespace StreamBert.Monitoring.Drift;

/// <summary>
/// The maximum mean discrepancy of blocks of rows (Gretton et al. 2012), with a Gaussian kernel whose width is the median distance. The
/// kernel is summed once per pair of blocks, so that a permutation of blocks costs nothing.
/// </summary>
internal sealed class BlockKernel
{
    private readonly double[,] _sums;
    private readonly int[] _sizes;

    /// <param name="blocks">Blocks of rows of equal length.</param>
    public BlockKernel(float[][][] blocks)
    {
        _sizes = Array.ConvertAll(blocks, static block => block.Length);
        int[] blockOf = [.. blocks.SelectMany(static (block, index) => Enumerable.Repeat(index, block.Length))];
        float[][] rows = [.. blocks.SelectMany(static block => block)];
        float[][] distances = [.. rows.Select((row, i) => Array.ConvertAll(rows[..i], other => SquaredDistance(row, other)))];
        float[] sorted = [.. distances.SelectMany(static row => row)];
        Array.Sort(sorted);
        var width = sorted.Length > 0 ? Math.Max(sorted[sorted.Length / 2], 1e-12f) : 1;
        _sums = new double[blocks.Length, blocks.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var value = MathF.Exp(-distances[i][j] / width);
                _sums[blockOf[i], blockOf[j]] += value;
                _sums[blockOf[j], blockOf[i]] += value;
            }
        }
    }

    /// <summary>Returns the unbiased MMD² between the blocks that belong to the first sample and the others.</summary>
    public double Squared(bool[] isFirst)
    {
        double n = 0, m = 0, within = 0, without = 0, between = 0;
        for (var i = 0; i < _sizes.Length; i++)
        {
            (n, m) = isFirst[i] ? (n + _sizes[i], m) : (n, m + _sizes[i]);
            for (var j = 0; j < _sizes.Length; j++)
            {
                if (isFirst[i] != isFirst[j])
                    between += _sums[i, j];
                else if (isFirst[i])
                    within += _sums[i, j];
                else
                    without += _sums[i, j];
            }
        }
        return n < 2 || m < 2 ? 0 : within / (n * (n - 1)) + without / (m * (m - 1)) - between / (n * m);
    }

    private static float SquaredDistance(float[] a, float[] b)
    {
        var sum = 0f;
        for (var i = 0; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }
}
