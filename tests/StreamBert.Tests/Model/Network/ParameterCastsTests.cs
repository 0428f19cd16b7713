using StreamBert.Model.Network;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Network;

public sealed class ParameterCastsTests
{
    [Fact]
    public void Frozen_parameters_are_cast_once_and_trainable_ones_in_each_step_with_their_gradient()
    {
        using var frozen = ones(2);
        using var trainable = new Parameter(ones(2), requires_grad: true);
        using var casts = new ParameterCasts(ScalarType.BFloat16);
        var first = (Frozen: casts.Get("frozen", frozen), Trainable: casts.Get("trainable", trainable));
        Assert.Same(first.Trainable, casts.Get("trainable", trainable));
        first.Trainable.sum().backward();

        casts.EndStep();

        Assert.Equal([1f, 1f], trainable.grad!.ToFloats());
        Assert.Same(first.Frozen, casts.Get("frozen", frozen));
        Assert.NotSame(first.Trainable, casts.Get("trainable", trainable));
        Assert.Equal((ScalarType.BFloat16, true), (first.Frozen.dtype, first.Trainable.IsInvalid));
    }
}
