using StreamBert.Model.OutOfDistribution;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.OutOfDistribution;

/// <summary>Two labels in four dimensions, whose variances are 100, 1, 1 and 1.</summary>
public sealed class DistributionFitTests : IDisposable
{
    private const int Texts = 400;
    private readonly TempFolder _folder = new();
    private readonly int[] _labels = [.. Enumerable.Range(0, Texts).Select(static i => i % 2 * 3)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_distance_is_mahalanobis_to_the_nearest_label()
    {
        using var scope = NewDisposeScope();
        using var head = Fit();

        // Shrinkage adds a tenth of the mean variance of 25.75 to nine tenths of each variance: 92.6 along the wide axis, 3.5 along others.
        var distances = head.ComputeDistances(Points([0, 0, 0, 0], [0, 10, 0, 0], [30, 0, 0, 0], [0, 0, 30, 0]));

        Assert.Equal(0, distances[0], 0.3f);
        Assert.Equal(0, distances[1], 0.3f); // the other label is at 10 of the second axis
        Assert.Equal(30 / MathF.Sqrt(92.6f), distances[2], 0.3f);
        Assert.Equal(30 / MathF.Sqrt(3.5f), distances[3], 1f);
    }

    [Fact]
    public void Scores_survive_the_file_and_do_not_depend_on_the_batch()
    {
        using var scope = NewDisposeScope();
        using var written = new FeatureDistribution(new Dictionary<string, HeadDistribution> { ["intent"] = Fit() });
        written.Write(_folder["distribution.safetensors"]);

        using var read = FeatureDistribution.Read(
            _folder["distribution.safetensors"], [new() { Name = "intent", Labels = ["a"] }, new() { Name = "other", Labels = ["a"] }], 4)!;

        var points = Draw(30, 7);
        var scores = read.Score(points)["intent"];
        Assert.Equal(["intent"], read.Score(points).Keys);
        Assert.Equal(written.Score(points)["intent"], scores);
        Assert.Equal(scores[3], read.Score(points[3].unsqueeze(0))["intent"][0]);
        Assert.InRange(scores.Average(), 0.3, 0.7); // the points are drawn like the held-out ones
        Assert.Equal(1, read.Score(Points([0, 0, 60, 0]))["intent"][0], 0.001);
    }

    private HeadDistribution Fit() => DistributionFit.Fit(Draw(Texts, 1), _labels, Draw(Texts, 2));

    private static Tensor Points(params float[][] rows) => stack(rows.Select(static row => tensor(row)));

    private static Tensor Draw(int count, int seed)
    {
        var random = new Random(seed);
        float[] scales = [10, 1, 1, 1];
        var values = Enumerable.Range(0, count).SelectMany(i => scales.Select((scale, axis) =>
            (float)(scale * DrawNormal(random)) + (axis == 1 ? i % 2 * 10 : 0)));
        return tensor(values.ToArray()).view(count, scales.Length);
    }

    private static double DrawNormal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
