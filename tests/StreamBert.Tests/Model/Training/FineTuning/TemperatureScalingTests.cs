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
            return (logits, Draw(logits.Select(static logit => Math.Exp(logit / 3)).ToArray(), random));
        }).ToList();

        Assert.Equal(3, TemperatureScaling.FitTemperature(rows), 0.2);
    }

    private static int Draw(double[] weights, Random random)
    {
        var at = random.NextDouble() * weights.Sum();
        for (var i = 0; ; i++)
            if ((at -= weights[i]) < 0 || i == weights.Length - 1) return i;
    }
}
