using StreamBert.Monitoring.Drift;

namespace StreamBert.Tests.Monitoring.Drift;

public sealed class BlockKernelTests
{
    /// <summary>The oracle is the definition of the unbiased MMD² as three means over all pairs of rows.</summary>
    [Fact]
    public void The_discrepancy_of_blocks_equals_the_definition_over_pairs_of_rows()
    {
        var random = new Random(3);
        float[][][] blocks = [.. Enumerable.Range(0, 5).Select(block => Enumerable.Range(0, 3 + block)
            .Select(_ => new[] { (float)random.NextDouble() + block, (float)random.NextDouble() }).ToArray())];
        bool[] isFirst = [true, false, true, false, false];
        float[][] first = [.. blocks.Where((_, i) => isFirst[i]).SelectMany(static rows => rows)];
        float[][] second = [.. blocks.Where((_, i) => !isFirst[i]).SelectMany(static rows => rows)];

        Assert.Equal(Definition(first, second), new BlockKernel(blocks).Squared(isFirst), 5);
    }

    private static double Definition(float[][] first, float[][] second)
    {
        float[][] all = [.. first, .. second];
        double[] distances = [.. Pairs(all).Select(static pair => Distance(pair.A, pair.B)).Order()];
        var width = distances[distances.Length / 2];
        double Kernel((float[] A, float[] B) pair) => Math.Exp(-Distance(pair.A, pair.B) / width);
        return Pairs(first).Average(Kernel) + Pairs(second).Average(Kernel)
            - 2 * first.SelectMany(_ => second, static (a, b) => (a, b)).Average(Kernel);
    }

    private static IEnumerable<(float[] A, float[] B)> Pairs(float[][] rows) =>
        rows.SelectMany((row, i) => rows.Take(i).Select(other => (row, other)));

    private static double Distance(float[] a, float[] b) => a.Zip(b, static (x, y) => (double)(x - y) * (x - y)).Sum();
}
