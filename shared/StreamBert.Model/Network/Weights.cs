using StreamBert.Model.Packages;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Network;

/// <summary>
/// The weights of a model by name: the one owner of its tensors. Query, key and value of a layer are held fused as <c>qkv</c>.
/// </summary>
internal sealed class Weights : IDisposable
{
    private const string Weight = ".weight", Bias = ".bias";
    private const string HeadPrefix = "heads.";
    private static readonly string[] HeadParts = [Weight, Bias, ".query.weight"];
    private static readonly string[] Fused = ["query", "key", "value"];
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IServingLinear> _serving = new(StringComparer.Ordinal);
    private Dictionary<string, Tensor>? _cast;

    public Tensor this[string name] => _tensors[name];

    /// <summary>The type the encoder's layers compute in.</summary>
    public ScalarType ComputeType { get; private set; } = ScalarType.Float32;

    /// <summary>The weight in the type of what it is to be multiplied with.</summary>
    public Tensor For(Tensor x, string name) => _cast is not null && x.dtype == ComputeType ? _cast[name] : _tensors[name];

    /// <summary>Whether linear layers are held in 8 bits, through which no gradient flows.</summary>
    public bool AreQuantized => _serving.Values.Any(static layer => layer is Int8Linear);

    /// <summary>The form of a linear layer that serves in place of its weight and bias, if there is one.</summary>
    public IServingLinear? Serving(string name) => _serving.Count > 0 ? _serving.GetValueOrDefault(name) : null;

    public IEnumerable<KeyValuePair<string, Tensor>> All => _tensors;

    public void Add(string name, Tensor value) => _tensors.Add(name, value.DetachFromDisposeScope());

    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>
    /// Until disposed, computing uses copies of the given type that gradients flow through to the weights (mixed precision).
    /// </summary>
    public IDisposable Cast(ScalarType type)
    {
        ComputeType = type;
        if (type != ScalarType.Float32)
            _cast = _tensors.ToDictionary(static pair => pair.Key, pair => pair.Value.to(type).DetachFromDisposeScope(), StringComparer.Ordinal);
        return new CastScope(this);
    }

    /// <summary>Makes every weight, or those of the heads alone, a parameter that an optimizer may change.</summary>
    public IReadOnlyList<Parameter> AsParameters(bool headsOnly = false)
    {
        var names = _tensors.Keys.Where(name => !headsOnly || name.StartsWith(HeadPrefix, StringComparison.Ordinal)).ToList();
        foreach (var name in names)
        {
            _tensors[name] = _tensors[name] as Parameter
                ?? (Parameter)new Parameter(_tensors[name], requires_grad: true).DetachFromDisposeScope();
        }

        return names.ConvertAll(name => (Parameter)_tensors[name]);
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values) tensor.Dispose();
        foreach (var linear in _serving.Values) linear.Dispose();
        _tensors.Clear();
        _serving.Clear();
    }

    /// <summary>
    /// Brings the weights to the device, and those of the encoder's layers to the precision, that will serve. They cannot be trained any
    /// more.
    /// </summary>
    public void Serve(ComputeOptions compute)
    {
        foreach (var name in _tensors.Keys.ToList())
            Replace(name, _tensors[name].to(IsLayer(name) ? compute.Activations : ScalarType.Float32, compute.TorchDevice));
        ComputeType = compute.Activations;
        if (compute.Device != ComputeOptions.Cpu) return;
        foreach (var name in _tensors.Keys
            .Where(name => IsLayer(name) && name.EndsWith(Weight, StringComparison.Ordinal) && _tensors[name].dim() == 2)
            .ToList())
        {
            Serve(name[..^Weight.Length], compute);
        }
    }

    private static bool IsLayer(string name) => name.StartsWith("bert.encoder.", StringComparison.Ordinal);

    private void Serve(string layer, ComputeOptions compute)
    {
        var (weight, bias) = (_tensors[layer + Weight], _tensors[layer + Bias]);
        IServingLinear? form = compute.Dtype switch
        {
            ComputeOptions.Int8 => new Int8Linear(weight, bias),
            ComputeOptions.Float32 => OneDnnLinear.TryCreate(weight, bias),
            _ => null,
        };
        if (form is null) return;
        _serving.Add(layer, form);
        foreach (var name in (string[])[layer + Weight, layer + Bias])
            if (_tensors.Remove(name, out var plain)) plain.Dispose();
    }

    private void Replace(string name, Tensor value)
    {
        if (ReferenceEquals(value, _tensors[name])) return;
        _tensors[name].Dispose();
        _tensors[name] = value.DetachFromDisposeScope();
    }

    private sealed class CastScope(Weights owner) : IDisposable
    {
        public void Dispose()
        {
            foreach (var copy in owner._cast?.Values.ToList() ?? []) copy.Dispose();
            owner._cast = null;
            owner.ComputeType = ScalarType.Float32;
        }
    }

    /// <summary>Reads every weight the configuration and the heads need.</summary>
    /// <exception cref="ModelPackageException">A tensor is missing or has another shape.</exception>
    public static Weights Read(TensorFiles file, EncoderConfig config, IReadOnlyList<HeadManifest> heads)
    {
        var weights = new Weights();
        try
        {
            foreach (var (name, shape) in Shapes(config, heads)) weights.Add(name, ReadOne(file, config, name, shape));
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Fresh weights: normal with deviation 0.02, layer norms at identity, biases zero, as BERT starts.</summary>
    public static Weights Initialize(EncoderConfig config, IReadOnlyList<HeadManifest> heads, Generator generator)
    {
        var weights = new Weights();
        foreach (var (name, shape) in Shapes(config, heads)) weights.Add(name, InitializeOne(name, shape, generator));
        return weights;
    }

    /// <summary>Adds a fresh head.</summary>
    public void AddHead(EncoderConfig config, HeadManifest head, Generator generator)
    {
        foreach (var (name, shape) in HeadShapes(config, head))
            if (!Contains(name)) Add(name, InitializeOne(name, shape, generator));
    }

    /// <summary>The tensors as a file holds them: by the architecture's names, query, key and value apart.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> ToFile(EncoderConfig config)
    {
        var list = new List<(string, Tensor)>();
        foreach (var (name, value) in _tensors)
        {
            if (!IsFused(name))
            {
                list.Add((TensorNames.InFile(name, config), value));
            }
            else
            {
                foreach (var (part, slice) in Fused.Zip(value.detach().chunk(3)))
                    list.Add((TensorNames.InFile(Part(name, part), config), slice));
            }
        }

        return list;
    }

    /// <summary>Forgets a head; there need not be one.</summary>
    public void RemoveHead(string head)
    {
        foreach (var name in _tensors.Keys.Where(name => IsOf(head, name)).ToList())
            if (_tensors.Remove(name, out var tensor)) tensor.Dispose();
    }

    private static bool IsOf(string head, string name) => HeadParts.Any(part => name == HeadPrefix + head + part);

    private static bool IsFused(string name) => name.Contains(".qkv.", StringComparison.Ordinal);

    private static string Part(string name, string part) => name.Replace(".qkv.", $".{part}.", StringComparison.Ordinal);

    private static Tensor ReadOne(TensorFiles file, EncoderConfig config, string name, long[] shape)
    {
        if (!IsFused(name)) return file.Read(FileName(file, config, name), shape);
        long[] part = [shape[0] / 3, .. shape[1..]];
        using var scope = NewDisposeScope();
        var parts = Fused.Select(p => file.Read(FileName(file, config, Part(name, p)), part)).ToArray();
        return cat(parts).DetachFromDisposeScope();
    }

    /// <summary>The first name the file knows, else the one it should know.</summary>
    private static string FileName(TensorFiles file, EncoderConfig config, string name)
    {
        var candidates = TensorNames.Candidates(name, config).ToList();
        return candidates.Find(file.Contains) ?? candidates[0];
    }

    private static Tensor InitializeOne(string name, long[] shape, Generator generator)
    {
        if (name.EndsWith("bias", StringComparison.Ordinal) || name.EndsWith("query.weight", StringComparison.Ordinal)) return zeros(shape);
        return name.Contains("LayerNorm", StringComparison.Ordinal)
            ? ones(shape)
            : randn(shape, generator: generator).mul_(Constants.FreshDeviation);
    }

    private static IEnumerable<(string Name, long[] Shape)> Shapes(EncoderConfig config, IReadOnlyList<HeadManifest> heads)
    {
        long h = config.HiddenSize, wide = config.IntermediateSize;
        yield return ("bert.embeddings.word_embeddings.weight", [config.VocabularySize, h]);
        yield return ("bert.embeddings.position_embeddings.weight", [config.MaxPositions, h]);
        if (config.TokenTypes > 0) yield return ("bert.embeddings.token_type_embeddings.weight", [config.TokenTypes, h]);
        foreach (var norm in Pair("bert.embeddings.LayerNorm", [h])) yield return norm;
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var prefix = $"bert.encoder.layer.{layer}.";
            foreach (var one in Pair(prefix + "attention.self.qkv", [3 * h, h])) yield return one;
            foreach (var one in Pair(prefix + "attention.output.dense", [h, h])) yield return one;
            foreach (var one in Pair(prefix + "attention.output.LayerNorm", [h])) yield return one;
            foreach (var one in Pair(prefix + "intermediate.dense", [wide, h])) yield return one;
            foreach (var one in Pair(prefix + "output.dense", [h, wide])) yield return one;
            foreach (var one in Pair(prefix + "output.LayerNorm", [h])) yield return one;
        }

        if (heads.Any(static head => head.Pooling == Pooling.Cls))
            foreach (var one in Pair("bert.pooler.dense", [h, h])) yield return one;
        foreach (var head in heads)
            foreach (var one in HeadShapes(config, head)) yield return one;
    }

    private static IEnumerable<(string Name, long[] Shape)> HeadShapes(EncoderConfig config, HeadManifest head)
    {
        if (head.Pooling == Pooling.Attention) yield return ($"heads.{head.Name}.query.weight", [1, config.HiddenSize]);
        foreach (var one in Pair($"heads.{head.Name}", [Rows(config, head), config.HiddenSize])) yield return one;
    }

    /// <summary>A zero-shot head is the checkpoint's own, whatever labels it is asked about.</summary>
    private static int Rows(EncoderConfig config, HeadManifest head)
        => HeadTask.IsZeroShot(head.Task) ? config.Labels!.Count : head.Labels.Count;

    private static IEnumerable<(string Name, long[] Shape)> Pair(string name, long[] shape) =>
        [(name + Weight, shape), (name + Bias, [shape[0]])];
}
