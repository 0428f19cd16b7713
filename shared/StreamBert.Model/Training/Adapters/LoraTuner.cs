using StreamBert.Model.Adapters;
using StreamBert.Model.Adapters.Peft;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Adapters;

/// <summary>
/// LoRA (Hu et al. 2021): low-rank updates of linear layers and the heads are trained. A is initialized like a linear layer (Kaiming
/// uniform), B with zeros, so that training starts from the base model.
/// </summary>
internal sealed class LoraTuner : ITuner
{
    private readonly MultiTaskNetwork _network;
    private readonly AdapterOptions _options;
    private readonly IReadOnlyList<AdaptedLinear> _linears;

    public LoraTuner(MultiTaskNetwork network, AdapterOptions options, int seed)
    {
        (_network, _options) = (network, options);
        _linears = [.. AdaptedLinear.GetAll(network.Config).Where(linear => options.Targets.Contains(linear.Target))];
        using var generator = new Generator((ulong)seed, CPU);
        foreach (var linear in _linears) AddFactors(linear, generator);
        Adapters = [.. _linears.GroupBy(static linear => linear.Layer).Select(layer => Attach(layer.Key, layer))];
        Trainable = network.Parameters.MakeTrainable(
            static name => ParameterShapes.IsAdapter(name) || ParameterShapes.IsHead(name));
    }

    public IReadOnlyList<LowRankAdapter> Adapters { get; }
    public IReadOnlyList<(string Name, Parameter Value)> Trainable { get; }
    public IReadOnlyList<(string Name, Tensor Value)> State => [];
    public bool IsComplete => true;

    public Tensor? ComputePenalty() => null;

    public void OnStep(int step, int steps)
    {
        // nothing to do beside the optimizer's step
    }

    public void Merge()
    {
        foreach (var adapter in Adapters) adapter.Merge();
    }

    public void Save(string baseDirectory, string directory, PackageManifest manifest) => ModelPackage.SaveAdapted(
        baseDirectory, directory, _network, manifest, new TrainedAdapter(CreateConfig(), _network.Parameters.ListAdapters()));

    public void Dispose()
    {
        // the network owns the parameters
    }

    private AdapterConfig CreateConfig() => new()
    {
        PeftType = AdapterConfig.Lora,
        Rank = _options.Rank,
        Alpha = _options.Alpha,
        Dropout = _options.Dropout,
        UseRsLora = _options.UseRsLora,
        TargetModules = TargetModules.Create(_linears, _network.Config),
    };

    private void AddFactors(AdaptedLinear linear, Generator generator)
    {
        using var scope = NewDisposeScope();
        var bound = 1 / Math.Sqrt(linear.Inputs);
        var parameters = _network.Parameters;
        var device = parameters[linear.Layer + ParameterShapes.Weight].device;
        parameters.Add(
            LowRankUpdate.GetFactorA(linear), empty([_options.Rank, linear.Inputs]).uniform_(-bound, bound, generator).to(device));
        parameters.Add(LowRankUpdate.GetFactorB(linear), zeros([linear.Outputs, _options.Rank], device: device));
    }

    private LowRankAdapter Attach(string layer, IEnumerable<AdaptedLinear> linears)
    {
        var scale = _options.Alpha / (_options.UseRsLora ? Math.Sqrt(_options.Rank) : _options.Rank);
        var adapter = new LowRankAdapter(
            _network.Parameters, layer, [.. linears.Select(linear => new LowRankUpdate(linear, scale))], _options.Dropout);
        _network.Parameters.Attach(layer, adapter);
        return adapter;
    }
}
