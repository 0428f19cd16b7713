using StreamBert.Model.Adapters;
using StreamBert.Model.Adapters.Peft;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Training.Adapters.RankAllocation;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Adapters;

/// <summary>
/// AdaLoRA (Zhang et al. 2023): low-rank updates in the form of singular value decompositions, whose ranks are allocated by importance
/// during training. The result is saved as LoRA with a rank for each layer.
/// </summary>
internal sealed class AdaLoraTuner : ITuner
{
    private const double InitialDeviation = 0.02;
    private readonly MultiTaskNetwork _network;
    private readonly AdapterOptions _options;
    private readonly int _initialRank;
    private readonly IReadOnlyList<SvdTriplets> _layers;
    private readonly RankAllocator _allocator;

    public AdaLoraTuner(MultiTaskNetwork network, AdapterOptions options, int seed)
    {
        (_network, _options, _initialRank) = (network, options, options.InitialRank ?? (3 * options.Rank + 1) / 2);
        using var generator = new Generator((ulong)seed, CPU);
        var updates = AdaptedLinear.GetAll(network.Config).Where(linear => options.Targets.Contains(linear.Target))
            .Select(linear => new SvdUpdate(linear, options.Alpha / _initialRank)).ToList();
        foreach (var update in updates) AddParameters(update, generator);
        foreach (var layer in updates.GroupBy(static update => update.Linear.Layer))
            network.Parameters.Attach(layer.Key, new SvdAdapter(network.Parameters, [.. layer], options.Dropout));
        Trainable = network.Parameters.MakeTrainable(
            static name => ParameterShapes.IsAdapter(name) || ParameterShapes.IsHead(name));
        _layers = updates.ConvertAll(update => new SvdTriplets(update, network.Parameters));
        var budget = new RankBudget(
            updates.Count * _initialRank, updates.Count * options.Rank, options.WarmUpFraction, options.FinalFraction);
        _allocator = new RankAllocator(_layers, budget, options.AllocationInterval);
    }

    public IReadOnlyList<(string Name, Parameter Value)> Trainable { get; }
    public IReadOnlyList<(string Name, Tensor Value)> State => [.. _layers.SelectMany(static layer => layer.State)];
    public bool IsComplete => _allocator.HasReachedTarget;

    /// <summary>The rank of each adapted layer by its name.</summary>
    public IEnumerable<(string Name, int Rank)> Ranks => _layers.Select(static layer => (layer.Update.Linear.Name, layer.Kept.Length));

    /// <summary>Computes the orthogonality regularization: its mean over the updates.</summary>
    public Tensor? ComputePenalty()
    {
        using var scope = NewDisposeScope();
        using var weight = (_options.OrthogonalityWeight / _layers.Count).ToScalar();
        var sum = _layers.Select(static layer => layer.ComputeOrthogonality())
            .Aggregate(static (sum, layer) => sum.add(layer, ScalarConstants.One));
        return sum.mul(weight).MoveToOuterDisposeScope();
    }

    public void OnStep(int step, int steps) => _allocator.OnStep(step, steps);

    public void Merge()
    {
        foreach (var layer in _layers)
        {
            var (a, b) = layer.Update.ToLowRank(_network.Parameters, layer.Kept);
            LowRankUpdate.Merge(
                _network.Parameters[layer.Update.Linear.Layer + ParameterShapes.Weight], layer.Update.Linear, a, b, scale: 1);
            a.Dispose();
            b.Dispose();
            _network.Parameters.Detach(layer.Update.Linear.Layer);
        }
    }

    public void Save(string baseDirectory, string directory, PackageManifest manifest)
    {
        using var scope = NewDisposeScope();
        var kept = _layers.Where(static layer => layer.Kept.Length > 0).ToList();
        var tensors = new List<(string Name, Tensor Value)>();
        foreach (var layer in kept)
        {
            var (a, b) = layer.Update.ToLowRank(_network.Parameters, layer.Kept);
            tensors.AddRange([(layer.Update.Right, a), (layer.Update.Left, b)]);
        }
        ModelPackage.SaveAdapted(baseDirectory, directory, _network, manifest, new TrainedAdapter(CreateConfig(kept), tensors));
    }

    public void Dispose()
    {
        foreach (var layer in _layers) layer.Dispose();
    }

    /// <summary>Returns the configuration of LoRA with a rank for each layer; alpha is the rank: the factors contain the scale.</summary>
    private AdapterConfig CreateConfig(List<SvdTriplets> kept)
    {
        var ranks = new ModulePattern([.. kept.Select(layer => KeyValuePair.Create(
            AdapterTensors.GetModule(layer.Update.Linear.Name, _network.Config), (double)layer.Kept.Length))]);
        return new()
        {
            PeftType = AdapterConfig.Lora,
            Rank = _options.Rank,
            Alpha = _options.Rank,
            Dropout = _options.Dropout,
            RankPattern = ranks,
            AlphaPattern = ranks,
            TargetModules = TargetModules.Create([.. kept.Select(static layer => layer.Update.Linear)], _network.Config),
        };
    }

    /// <summary>Adds the parameters: the singular values are zero, so that training starts from the base model.</summary>
    private void AddParameters(SvdUpdate update, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var deviation = InitialDeviation.ToScalar();
        var (linear, rank, parameters) = (update.Linear, _initialRank, _network.Parameters);
        var device = parameters[linear.Layer + ParameterShapes.Weight].device;
        parameters.Add(update.Right, randn([rank, linear.Inputs], generator: generator).mul_(deviation).to(device));
        parameters.Add(update.Values, zeros([rank, 1], device: device));
        parameters.Add(update.Left, randn([linear.Outputs, rank], generator: generator).mul_(deviation).to(device));
    }
}
