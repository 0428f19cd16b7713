using StreamBert.Model.Adapters;
using StreamBert.Model.Network;
using StreamBert.Model.Training.Adapters.RankAllocation;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Training.Adapters;

/// <summary>
/// Two 4 × 4 layers learn targets in the form P·Λ·Q by gradient descent: the first target has one direction, the second three. A good
/// allocation gives the layers ranks 1 and 3.
/// </summary>
public sealed class RankAllocatorTests : IDisposable
{
    private const int Size = 4, Steps = 200;
    private static readonly float[][] Targets = [[3, 0, 0, 0], [3, 2.5f, 2, 0]];
    private readonly StateDict _parameters = new();
    private readonly List<SvdTriplets> _layers;

    public RankAllocatorTests() => _layers = [.. Targets.Select((_, index) => Create(index))];

    [Fact]
    public void Directions_that_the_task_does_not_need_are_pruned()
    {
        var allocator = new RankAllocator(_layers, new RankBudget(2 * Size, 4, 0.1, 0.3), interval: 5);

        for (var step = 1; step <= Steps; step++) Step(allocator, step);

        Assert.True(allocator.HasReachedTarget);
        Assert.Equal([[0], [0, 1, 2]], _layers.Select(static layer => layer.Kept));
        Assert.InRange(ComputeLosses().Sum(), 0, 0.01);
    }

    public void Dispose()
    {
        foreach (var layer in _layers) layer.Dispose();
        _parameters.Dispose();
    }

    private SvdTriplets Create(int index)
    {
        var update = new SvdUpdate(new AdaptedLinear("", $"layer{index}", $"layer{index}", 0, Size, Size), 1);
        _parameters.Add(update.Left, eye(Size));
        _parameters.Add(update.Values, zeros(Size, 1));
        _parameters.Add(update.Right, eye(Size));
        _parameters.MakeTrainable(static _ => true);
        return new SvdTriplets(update, _parameters);
    }

    private void Step(RankAllocator allocator, int step)
    {
        using var scope = NewDisposeScope();
        foreach (var layer in _layers) ComputeLoss(layer).backward();
        using (no_grad())
        {
            using var rate = (-0.05f).ToScalar();
            foreach (var parameter in _parameters.Tensors.Select(static pair => (Parameter)pair.Value))
                parameter.add_(parameter.grad!, rate);
        }
        allocator.OnStep(step, Steps);
        foreach (var (_, parameter) in _parameters.Tensors) parameter.grad!.zero_();
    }

    /// <summary>Computes ½‖PΛQ − D‖² for the diagonal target D.</summary>
    private Tensor ComputeLoss(SvdTriplets layer)
    {
        var (left, values, right) =
            (_parameters[layer.Update.Left], _parameters[layer.Update.Values], _parameters[layer.Update.Right]);
        var error = left.mul(values.t()).matmul(right).sub(tensor(Targets[_layers.IndexOf(layer)]).diag());
        using var half = 0.5f.ToScalar();
        return error.mul(error).sum().mul(half);
    }

    private float[] ComputeLosses()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return [.. _layers.Select(layer => ComputeLoss(layer).item<float>())];
    }
}
