using StreamBert.Model.Checkpoints;
using StreamBert.Model.Network;
using StreamBert.Model.SafeTensors;
using static TorchSharp.torch;

namespace StreamBert.Model.Adapters.Peft;

/// <summary>An adapter in PEFT's layout: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
internal sealed class AdapterFile : IDisposable
{
    private readonly AdapterConfig _adapter;
    private readonly EncoderConfig _config;
    private readonly AdapterTensors _tensors;

    private AdapterFile(AdapterConfig adapter, EncoderConfig config, AdapterTensors tensors) =>
        (_adapter, _config, _tensors) = (adapter, config, tensors);

    /// <summary>The names of the files.</summary>
    public static IReadOnlyList<string> Files { get; } = [AdapterConfig.FileName, AdapterTensors.FileName];

    /// <summary>The number of values in the adapter.</summary>
    public long ParameterCount => _tensors.ParameterCount;

    /// <summary>Determines whether a directory has an adapter.</summary>
    public static bool ExistsIn(string directory) => Files.Any(file => File.Exists(Path.Combine(directory, file)));

    /// <summary>Opens the adapter of a directory; null if it has none.</summary>
    /// <param name="config">The encoder of the base model.</param>
    /// <exception cref="ModelPackageException">A file is missing or invalid, or the adapter is of a kind that is not supported.</exception>
    public static AdapterFile? TryOpen(string directory, EncoderConfig config)
    {
        if (!ExistsIn(directory)) return null;
        var adapter = AdapterConfigReader.Read(Path.Combine(directory, AdapterConfig.FileName));
        if (!File.Exists(Path.Combine(directory, AdapterTensors.FileName)) && PickleFiles.ListIn(directory) is [var pickle, ..])
            throw new ModelPackageException($"{directory}: the adapter exists only as {pickle}. {PickleFiles.Advice}");
        return new AdapterFile(adapter, config, AdapterTensors.Open(directory, config));
    }

    /// <summary>The content of <c>adapter_config.json</c>.</summary>
    public AdapterConfig Config => _adapter;

    /// <summary>
    /// Returns the targets (<see cref="AdapterTarget"/>) of a LoRA adapter whose updates all have the same rank and scale, and are on every
    /// layer of each target: one that can be trained further. Null for other adapters.
    /// </summary>
    public IReadOnlyList<string>? FindUniformTargets()
    {
        if (_adapter is not { PeftType: AdapterConfig.Lora, RankPattern.IsEmpty: true, AlphaPattern.IsEmpty: true }) return null;
        var all = AdaptedLinear.GetAll(_config).ToList();
        var adapted = all.FindAll(linear => _tensors.Contains(LowRankUpdate.GetFactorA(linear)));
        var targets = adapted.Select(static linear => linear.Target).Distinct().ToList();
        return targets.TrueForAll(AdapterTarget.All.Contains) && all.Count(linear => targets.Contains(linear.Target)) == adapted.Count
            ? targets : null;
    }

    /// <summary>Reads the factors A [rank, inputs] and B [outputs, rank] of a low-rank update. The caller disposes them.</summary>
    /// <exception cref="ModelPackageException">A factor is missing or has another shape.</exception>
    public (Tensor A, Tensor B) ReadFactors(AdaptedLinear linear)
    {
        var rank = _adapter.GetRank(AdapterTensors.GetModule(linear.Name, _config));
        return (_tensors.Read(LowRankUpdate.GetFactorA(linear), rank, linear.Inputs),
            _tensors.Read(LowRankUpdate.GetFactorB(linear), linear.Outputs, rank));
    }

    /// <summary>Determines whether the adapter holds a parameter whole, in place of the base model's: a head or a layer norm.</summary>
    public bool Replaces(string name) => _tensors.Contains(name);

    /// <summary>
    /// Adds the adapter to the parameters of its base: its own parameters, low-rank updates merged into the weights, and bottlenecks
    /// attached to their layers.
    /// </summary>
    /// <param name="own">Those parameters of the network that the adapter holds whole.</param>
    /// <param name="heads">The names of all heads that the adapter may hold.</param>
    /// <exception cref="ModelPackageException">
    /// A tensor is missing, has another shape, or belongs to no layer; the message names it.
    /// </exception>
    public void AddTo(StateDict parameters, IEnumerable<(string Name, long[] Shape)> own, IEnumerable<string> heads)
    {
        foreach (var (name, shape) in own) parameters.Add(name, _tensors.Read(name, shape));
        foreach (var name in heads.SelectMany(ParameterShapes.GetHeadNames)) _tensors.Skip(name);
        var adapted = AdaptedLinear.GetAll(_config).Where(linear => Adapt(parameters, linear)).ToList();
        _tensors.RequireAllRead();
        RequireTargets([.. adapted.Select(linear => AdapterTensors.GetModule(linear.Name, _config))]);
    }

    public void Dispose() => _tensors.Dispose();

    /// <returns>Whether the file adapts the layer.</returns>
    private bool Adapt(StateDict parameters, AdaptedLinear linear)
    {
        if (!parameters.Contains(linear.Layer + ParameterShapes.Weight)) return false;
        return _adapter.PeftType == AdapterConfig.Lora ? Merge(parameters, linear) : Attach(parameters, linear);
    }

    private bool Merge(StateDict parameters, AdaptedLinear linear)
    {
        var (factorA, factorB) = (LowRankUpdate.GetFactorA(linear), LowRankUpdate.GetFactorB(linear));
        if (!_tensors.Contains(factorA) && !_tensors.Contains(factorB)) return false;
        var module = AdapterTensors.GetModule(linear.Name, _config);
        var (a, b) = ReadFactors(linear);
        using (a)
        using (b)
            LowRankUpdate.Merge(parameters[linear.Layer + ParameterShapes.Weight], linear, a, b, _adapter.GetScale(module));
        return true;
    }

    private bool Attach(StateDict parameters, AdaptedLinear linear)
    {
        if (!_tensors.Contains(BottleneckAdapter.GetDown(linear) + ParameterShapes.Weight)) return false;
        foreach (var (name, shape) in BottleneckAdapter.GetShapes(linear, _adapter.Rank)) parameters.Add(name, _tensors.Read(name, shape));
        if (parameters.FindAdapter(linear.Layer) is not null)
            throw _tensors.Error($"adapts {linear.Layer}, which has an adapter of the base package; a layer can have one");
        parameters.Attach(linear.Layer, new BottleneckAdapter(parameters, linear));
        return true;
    }

    /// <summary>Requires tensors for every module that the configuration names.</summary>
    private void RequireTargets(IReadOnlyList<string> modules)
    {
        if (modules.Count == 0) throw _tensors.Error("adapts no layer of the base model");
        if (_adapter.TargetModules.FirstOrDefault(target => !modules.Any(module => ModulePattern.Matches(target, module))) is { } missing)
            throw _tensors.Error($"has no tensors for '{missing}', which target_modules of {AdapterConfig.FileName} names");
    }
}
