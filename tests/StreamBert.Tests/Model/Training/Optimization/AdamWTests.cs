using StreamBert.Model.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = StreamBert.Model.Training.Optimization.AdamW;
using Parameter = TorchSharp.Modules.Parameter;

namespace StreamBert.Tests.Model.Training.Optimization;

public sealed class AdamWTests
{
    /// <summary>Oracle: PyTorch's algorithm, written out for one number.</summary>
    [Theory]
    [InlineData("weight", 0.01, 1)]
    [InlineData("weight", 0.01, 0.5)]
    [InlineData("bias", 0, 1)]
    public void A_parameter_is_updated_as_the_formula_says(string name, double expectedDecay, double factor)
    {
        using var parameter = new Parameter(tensor(new[] { 2f }));
        using var optimizer = new AdamW([new(name, parameter, factor)], weightDecay: 0.01);
        var (value, mean, square) = (2.0, 0.0, 0.0);
        for (var step = 1; step <= 5; step++)
        {
            optimizer.RemoveGradients();
            parameter.pow(3f.ToScalar()).sum().backward();
            optimizer.Step(learningRate: 0.1);

            var (gradient, rate) = (3 * value * value, 0.1 * factor);
            (mean, square) = (0.9 * mean + 0.1 * gradient, 0.98 * square + 0.02 * gradient * gradient);
            value -= rate * expectedDecay * value;
            value -= rate / (1 - Math.Pow(0.9, step)) * mean / (Math.Sqrt(square) / Math.Sqrt(1 - Math.Pow(0.98, step)) + 1e-6);
            Assert.Equal(value, parameter.item<float>(), 1e-5);
        }
    }

    /// <summary>Oracle: gradients divided beforehand.</summary>
    [Fact]
    public void Gradients_are_divided_before_the_update()
    {
        using Parameter divided = new(tensor(new[] { 2f, -1f })), expected = new(tensor(new[] { 2f, -1f }));
        using AdamW optimizer = new([new("weight", divided)], 0.01), reference = new([new("weight", expected)], 0.01);
        for (var step = 1; step <= 3; step++)
        {
            (divided.grad, expected.grad) = (tensor(new[] { 8f * step, 4f }), tensor(new[] { 2f * step, 1f }));
            optimizer.Step(0.1, gradientDivisor: 4);
            reference.Step(0.1);
        }

        Assert.Equal(expected.data<float>().ToArray(), divided.data<float>().ToArray());
        Assert.Equal([6f, 1f], divided.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Restored_state_continues_as_if_never_interrupted()
    {
        using Parameter first = new(tensor(new[] { 2f, -1f })), second = new(tensor(new[] { 2f, -1f }));
        using AdamW uninterrupted = new([new("weight", first)], 0.01), before = new([new("weight", second)], 0.01);
        for (var step = 0; step < 3; step++) Step(uninterrupted, first);
        for (var step = 0; step < 3; step++) Step(before, second);
        using var resumed = new Parameter(second.detach().clone());
        using var after = new AdamW([new("weight", resumed)], 0.01);

        after.Restore(before.Steps, before.State.ToDictionary(static item => item.Name, static item => item.Value));
        Step(uninterrupted, first);
        Step(after, resumed);

        Assert.Equal(first.data<float>().ToArray(), resumed.data<float>().ToArray());
    }

    private static void Step(AdamW optimizer, Parameter parameter)
    {
        optimizer.RemoveGradients();
        (parameter * parameter).sum().backward();
        optimizer.Step(learningRate: 0.1);
    }
}
