using StreamBert.Model.Network.InferenceLayers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Network;

/// <summary>The parameters of a network by name. It owns their tensors. Query, key and value of a layer are fused as <c>qkv</c>.</summary>
internal sealed class StateDict : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IInferenceLinear> _inferenceLinears = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ILinearAdapter> _adapters = new(StringComparer.Ordinal);
    private ParameterCasts? _casts;

    public Tensor this[string name] => _tensors[name];

    /// <summary>The type in which the layers of the encoder compute.</summary>
    public ScalarType ComputeType { get; private set; } = ScalarType.Float32;

    public IEnumerable<KeyValuePair<string, Tensor>> Tensors => _tensors;

    /// <summary>Returns a parameter in the type of the input that it is multiplied with.</summary>
    public Tensor GetForInput(Tensor input, string name) =>
        _casts is not null && input.dtype == ComputeType ? _casts.Get(name, _tensors[name]) : _tensors[name];

    /// <summary>Returns the optimized linear layer that replaces a weight and its bias; null if there is none.</summary>
    public IInferenceLinear? FindInferenceLinear(string name) =>
        _inferenceLinears.Count > 0 ? _inferenceLinears.GetValueOrDefault(name) : null;

    /// <summary>Returns the parameters of adapters.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> ListAdapters() =>
        [.. _tensors.Where(static pair => ParameterShapes.IsAdapter(pair.Key)).Select(static pair => (pair.Key, pair.Value))];

    /// <summary>Whether layers have adapters that are not merged into their weights.</summary>
    public bool HasAdapters => _adapters.Count > 0;

    /// <summary>Returns the adapter of a linear layer; null if there is none.</summary>
    public ILinearAdapter? FindAdapter(string layer) => HasAdapters ? _adapters.GetValueOrDefault(layer) : null;

    /// <summary>Applies an adapter to the output of a linear layer from now on.</summary>
    /// <exception cref="InvalidOperationException">The layer has an adapter.</exception>
    public void Attach(string layer, ILinearAdapter adapter)
    {
        if (!_adapters.TryAdd(layer, adapter)) throw new InvalidOperationException($"The layer {layer} has an adapter.");
    }

    /// <summary>Stops applying the adapter of a linear layer; its parameters stay.</summary>
    public void Detach(string layer) => _adapters.Remove(layer);

    public bool Contains(string name) => _tensors.ContainsKey(name);

    public void Add(string name, Tensor value) => _tensors.Add(name, value.DetachFromDisposeScope());

    /// <summary>Removes a parameter, if it exists.</summary>
    public void Remove(string name)
    {
        if (_tensors.Remove(name, out var tensor)) tensor.Dispose();
    }

    /// <summary>Removes the parameters of a head, if there are any.</summary>
    public void RemoveHead(string head)
    {
        foreach (var name in _tensors.Keys.Where(name => ParameterShapes.BelongsTo(head, name)).ToList()) Remove(name);
    }

    /// <summary>
    /// Enables mixed precision until disposed: layers compute with the copies, through which gradients flow to the parameters.
    /// </summary>
    /// <param name="casts">The copies; null to compute in float32.</param>
    public IDisposable Autocast(ParameterCasts? casts)
    {
        (_casts, ComputeType) = (casts, casts?.Type ?? ScalarType.Float32);
        return new AutocastScope(this);
    }

    /// <summary>The device of the parameters.</summary>
    public Device Device => _tensors.Values.FirstOrDefault()?.device ?? CPU;

    /// <summary>Moves the parameters to a device.</summary>
    public void MoveTo(Device device)
    {
        if (Device.type == device.type && Device.index == device.index) return;
        foreach (var name in _tensors.Keys.ToList()) Replace(name, _tensors[name].to(device));
    }

    /// <summary>Makes those parameters trainable whose names are selected; the others have no gradients.</summary>
    /// <returns>The trainable parameters by name.</returns>
    public IReadOnlyList<(string Name, Parameter Value)> MakeTrainable(Func<string, bool> isTrainable)
    {
        var names = _tensors.Keys.Where(isTrainable).ToList();
        foreach (var name in names)
        {
            if (_tensors[name] is not Parameter)
                _tensors[name] = (Parameter)new Parameter(_tensors[name], requires_grad: true).DetachFromDisposeScope();
        }

        return names.ConvertAll(name => (name, (Parameter)_tensors[name]));
    }

    /// <summary>
    /// Moves the parameters to the device, and converts those of the encoder's layers to the precision, of the given options. Afterwards
    /// they cannot be trained.
    /// </summary>
    public void PrepareForInference(ComputeOptions compute)
    {
        foreach (var name in _tensors.Keys.ToList())
            Replace(name, _tensors[name].to(IsLayer(name) ? compute.ActivationType : ScalarType.Float32, compute.TorchDevice));
        ComputeType = compute.ActivationType;
        if (compute.Device != ComputeOptions.Cpu) return;
        foreach (var name in _tensors.Keys.Where(IsLinearWeight).ToList()) Optimize(name[..^ParameterShapes.Weight.Length], compute);
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values) tensor.Dispose();
        foreach (var linear in _inferenceLinears.Values) linear.Dispose();
        _tensors.Clear();
        _inferenceLinears.Clear();
    }

    private static bool IsLayer(string name) => name.StartsWith(ParameterShapes.EncoderPrefix, StringComparison.Ordinal);

    private bool IsLinearWeight(string name) =>
        IsLayer(name) && name.EndsWith(ParameterShapes.Weight, StringComparison.Ordinal) && _tensors[name].dim() == 2
        && !ParameterShapes.IsAdapter(name);

    /// <summary>Replaces a weight and its bias by an optimized linear layer, if there is one for the precision.</summary>
    private void Optimize(string layer, ComputeOptions compute)
    {
        var (weight, bias) = (layer + ParameterShapes.Weight, layer + ParameterShapes.Bias);
        IInferenceLinear? linear = compute.Dtype switch
        {
            ComputeOptions.Int8 => new Int8Linear(_tensors[weight], _tensors[bias]),
            ComputeOptions.Float32 => OneDnnLinear.TryCreate(_tensors[weight], _tensors[bias]),
            _ => null,
        };
        if (linear is null) return;
        _inferenceLinears.Add(layer, linear);
        Remove(weight);
        Remove(bias);
    }

    private void Replace(string name, Tensor value)
    {
        if (ReferenceEquals(value, _tensors[name])) return;
        _tensors[name].Dispose();
        _tensors[name] = value.DetachFromDisposeScope();
    }

    private void EndAutocast()
    {
        _casts?.EndStep();
        _casts = null;
        ComputeType = ScalarType.Float32;
    }

    private sealed class AutocastScope(StateDict owner) : IDisposable
    {
        public void Dispose() => owner.EndAutocast();
    }
}
