using StreamBert.Model.Network;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Adapters.RankAllocation;

/// <summary>
/// The triplets of an update: each singular value with its left and right vector. A triplet is pruned by setting its value to zero; its
/// vectors stay, so that it can return while the ranks are not final.
/// </summary>
internal sealed class SvdTriplets : IDisposable
{
    private readonly Parameter _left, _values, _right;
    private readonly Sensitivity _leftSensitivity, _valueSensitivity, _rightSensitivity;
    private readonly Tensor _mask;

    /// <param name="parameters">The parameters of the network, those of the update already trainable.</param>
    public SvdTriplets(SvdUpdate update, StateDict parameters)
    {
        Update = update;
        (_left, _values, _right) =
            ((Parameter)parameters[update.Left], (Parameter)parameters[update.Values], (Parameter)parameters[update.Right]);
        (_leftSensitivity, _valueSensitivity, _rightSensitivity) =
            (new(update.Left, _left), new(update.Values, _values), new(update.Right, _right));
        using var noGradient = no_grad();
        _mask = ones_like(_values).DetachFromDisposeScope();
    }

    public SvdUpdate Update { get; }

    /// <summary>The tensors that change beside the parameters.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _leftSensitivity.State.Concat(_valueSensitivity.State)
        .Concat(_rightSensitivity.State).Append((Update.Values + ".mask", _mask));

    /// <summary>The indices of the triplets that are not pruned.</summary>
    public long[] Kept => [.. _mask.ToFloats().Index().Where(static entry => entry.Item > 0).Select(static entry => (long)entry.Index)];

    /// <summary>Takes the gradients of a step into account.</summary>
    public void Observe()
    {
        _leftSensitivity.Observe();
        _valueSensitivity.Observe();
        _rightSensitivity.Observe();
    }

    /// <summary>
    /// Computes the importance of each triplet: that of the value, plus the means of those of its vectors' entries (equation 7).
    /// </summary>
    public float[] ComputeImportance()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var left = _leftSensitivity.Compute().mean([0L]);
        var right = _rightSensitivity.Compute().mean([1L]);
        return _valueSensitivity.Compute().flatten().add(left, ScalarConstants.One).add(right, ScalarConstants.One).ToFloats();
    }

    /// <summary>Keeps the given triplets, and prunes the others.</summary>
    public void Keep(IReadOnlySet<int> kept)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var mask = new float[_mask.numel()];
        foreach (var index in kept) mask[index] = 1;
        _mask.copy_(tensor(mask).view(-1, 1));
        Prune();
    }

    /// <summary>Sets the values of the pruned triplets to zero again, which the optimizer changed.</summary>
    public void Prune()
    {
        using var noGradient = no_grad();
        _values.mul_(_mask);
    }

    /// <summary>Computes ‖PᵀP − I‖² + ‖QQᵀ − I‖², which keeps the vectors orthonormal (equation 4).</summary>
    public Tensor ComputeOrthogonality()
    {
        using var scope = NewDisposeScope();
        var identity = eye(_values.numel(), device: _values.device);
        var left = _left.t().matmul(_left).sub(identity).pow(ScalarConstants.Two).sum();
        var right = _right.matmul(_right.t()).sub(identity).pow(ScalarConstants.Two).sum();
        return left.add(right, ScalarConstants.One).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _leftSensitivity.Dispose();
        _valueSensitivity.Dispose();
        _rightSensitivity.Dispose();
        _mask.Dispose();
    }
}
