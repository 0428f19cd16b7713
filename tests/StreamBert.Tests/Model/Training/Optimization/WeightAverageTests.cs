using StreamBert.Model.Training.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Training.Optimization;

public sealed class WeightAverageTests
{
    [Fact]
    public void The_average_forgets_the_first_weights_and_swaps_with_the_weights()
    {
        using var parameter = new Parameter(tensor(new[] { 100f }));
        using var average = new WeightAverage([new("weight", parameter)], decay: 0.9);
        var expected = 100.0;
        for (var step = 1; step <= 200; step++)
        {
            Set(parameter, step % 2);
            average.Update(step);
            var decay = Math.Min(0.9, (1.0 + step) / (10 + step));
            expected = decay * expected + (1 - decay) * (step % 2);
        }

        average.Swap();
        Assert.Equal(expected, parameter.item<float>(), 1e-4);
        Assert.InRange(parameter.item<float>(), 0.4, 0.6);
        average.Swap();
        Assert.Equal(0, parameter.item<float>());
    }

    private static void Set(Parameter parameter, float value)
    {
        using var noGradient = no_grad();
        parameter.fill_(value.ToScalar());
    }
}
