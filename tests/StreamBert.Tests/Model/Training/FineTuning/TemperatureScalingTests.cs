using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Tests.Model.Training.FineTuning;

public sealed class TemperatureScalingTests
{
    /// <summary>Logits of an overconfident model: labels are drawn from softmax(logits / 3).</summary>
    [Fact]
    public void The_temperature_of_the_labels_is_recovered()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, 4000).Select(_ =>
        {
            float[] logits = [(float)(9 * random.NextDouble()), (float)(9 * random.NextDouble()), (float)(9 * random.NextDouble())];
            return new LabelledLogits(logits, Draw(logits.Select(static logit => Math.Exp(logit / 3)).ToArray(), random));
        }).ToList();

        Assert.Equal(3, TemperatureScaling.FitTemperature(rows), 0.2);
    }

    /// <summary>Nine of ten rows need the temperature 1, the others 3: by rows the first source would decide.</summary>
    [Fact]
    public void Every_source_has_the_same_weight()
    {
        List<LabelledLogits> Rows(int count, string source, double temperature, int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(_ =>
            {
                float[] logits = [(float)(6 * random.NextDouble()), (float)(6 * random.NextDouble())];
                return new LabelledLogits(logits, Draw([.. logits.Select(logit => Math.Exp(logit / temperature))], random), source);
            })];
        }
        List<LabelledLogits> large = Rows(9000, "large", 1, 1), small = Rows(1000, "small", 3, 2);

        var balanced = TemperatureScaling.FitTemperature([.. large, .. small]);

        var copied = TemperatureScaling.FitTemperature([.. large, .. Enumerable.Repeat(small, 9).SelectMany(static rows => rows)
            .Select(static row => row with { Source = "large" })]);
        Assert.Equal(copied, balanced, 0.001);
        Assert.InRange(balanced, 1.2, 2.5);
    }

    private static int Draw(double[] weights, Random random)
    {
        var at = random.NextDouble() * weights.Sum();
        for (var i = 0; ; i++)
            if ((at -= weights[i]) < 0 || i == weights.Length - 1) return i;
    }
}
