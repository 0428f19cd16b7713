using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Network;

/// <summary>
/// Copies of parameters in the type in which layers compute in mixed precision. Those of trainable parameters are made in each step, so
/// that gradients flow through them; those of frozen parameters are made once.
/// </summary>
/// <param name="type">The type.</param>
internal sealed class ParameterCasts(ScalarType type) : IDisposable
{
    private readonly Dictionary<string, Tensor> _trainable = new(StringComparer.Ordinal), _frozen = new(StringComparer.Ordinal);

    public ScalarType Type => type;

    /// <summary>Creates the copies for a training run; null if it computes in float32.</summary>
    public static ParameterCasts? Create(bool isMixedPrecision) => isMixedPrecision ? new(ScalarType.BFloat16) : null;

    /// <summary>Returns the copy of a parameter.</summary>
    public Tensor Get(string name, Tensor parameter)
    {
        var casts = parameter.requires_grad ? _trainable : _frozen;
        if (!casts.TryGetValue(name, out var cast)) casts.Add(name, cast = parameter.to(type).DetachFromDisposeScope());
        return cast;
    }

    /// <summary>Releases the copies of trainable parameters, which the optimizer is about to change.</summary>
    public void EndStep() => Release(_trainable);

    public void Dispose()
    {
        Release(_trainable);
        Release(_frozen);
    }

    private static void Release(Dictionary<string, Tensor> casts)
    {
        foreach (var cast in casts.Values) cast.Dispose();
        casts.Clear();
    }
}
