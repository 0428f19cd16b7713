using StreamBert.Model.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace StreamBert.Tests.Model.Training.Optimization;

public sealed class ScheduledOptimizerTests
{
    /// <summary>Oracle: libtorch's clip_grad_norm_.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(100)]
    public void Gradients_are_scaled_to_the_maximum_norm_over_all_parameters(double maxNorm)
    {
        using Parameter weight = new(tensor(new[] { 3f, -1f })), bias = new(tensor(new[] { 2f }));
        using var optimizer = new ScheduledOptimizer(
            [new("weight", weight), new("bias", bias)], new OptimizerOptions(1e-3, 10) { MaxGradientNorm = maxNorm });
        optimizer.Accumulate(ComputeLoss(weight, bias));
        Parameter[] expected = [new(tensor(new[] { 3f, -1f })), new(tensor(new[] { 2f }))];
        ComputeLoss(expected[0], expected[1]).backward();
        nn.utils.clip_grad_norm_(expected, maxNorm);

        optimizer.Step();

        AssertClose(expected[0], weight);
        AssertClose(expected[1], bias);
    }

    [Fact]
    public void Losses_of_a_step_add_up()
    {
        using Parameter weight = new(tensor(new[] { 3f, -1f })), bias = new(tensor(new[] { 2f }));
        using var optimizer = new ScheduledOptimizer(
            [new("weight", weight), new("bias", bias)], new OptimizerOptions(1e-3, 10) { MaxGradientNorm = 100 });
        for (var batch = 0; batch < 2; batch++) optimizer.Accumulate(ComputeLoss(weight, bias));

        Assert.Equal(2 * 22, optimizer.Step(), 1e-5);

        Assert.Equal([12f, -4f], weight.grad!.data<float>().ToArray());
        optimizer.Accumulate(ComputeLoss(weight, bias));
        Assert.InRange(weight.grad!.data<float>().First(), 5.9f, 6.1f);
    }

    private static Tensor ComputeLoss(Parameter weight, Parameter bias) =>
        weight.mul(weight).sum().add(bias.pow(3f.ToScalar()).sum(), 1f.ToScalar()).add(bias.mul(bias).sum(), 1f.ToScalar());

    private static void AssertClose(Parameter expected, Parameter actual) => Assert.All(
        expected.grad!.data<float>().Zip(actual.grad!.data<float>()), static pair => Assert.Equal(pair.First, pair.Second, 1e-5));
}
