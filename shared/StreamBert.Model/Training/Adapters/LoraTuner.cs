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

    /// <summary>Continues the training of a package's adapter, which is merged into the weights of the network.</summary>
    /// <param name="network">The network of the package.</param>
    /// <param name="directory">The directory of the package.</param>
    /// <returns>
    /// Null if the package has no adapter of a base package (it may have a copy of its weights), or one that this class could not have
    /// trained.
    /// </returns>
    /// <exception cref="ModelPackageException">The adapter cannot be read.</exception>
    public static LoraTuner? TryContinue(MultiTaskNetwork network, string directory)
    {
        using var file = AdapterFile.TryOpen(directory, network.Config);
        if (file?.FindUniformTargets() is not { } targets || ModelPackage.ReadManifest(directory).Base is null) return null;
        var (rank, alpha, dropout) = (file.Config.Rank, file.Config.Alpha, file.Config.Dropout);
        AdapterOptions options = new()
        {
            Rank = rank,
            Alpha = alpha,
            Dropout = dropout,
            UseRsLora = file.Config.UseRsLora,
            Targets = targets,
        };
        var tuner = new LoraTuner(network, options, seed: 0) { IsContinued = true };
        foreach (var linear in tuner._linears) tuner.SetFactors(linear, file);
        foreach (var adapter in tuner.Adapters) adapter.Subtract();
        return tuner;
    }

    /// <summary>Whether the training of a package's adapter is continued.</summary>
    public bool IsContinued { get; private init; }

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

    public void Save(string baseDirectory, string directory, PackageManifest manifest)
    {
        var adapter = new TrainedAdapter(CreateConfig(), _network.Parameters.ListAdapters());
        if (IsContinued)
            ModelPackage.SaveContinued(baseDirectory, directory, _network, manifest, adapter);
        else
            ModelPackage.SaveAdapted(baseDirectory, directory, _network, manifest, adapter);
    }

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

    private void SetFactors(AdaptedLinear linear, AdapterFile file)
    {
        using var noGradient = no_grad();
        var (a, b) = file.ReadFactors(linear);
        using (a)
        using (b)
        {
            _network.Parameters[LowRankUpdate.GetFactorA(linear)].copy_(a);
            _network.Parameters[LowRankUpdate.GetFactorB(linear)].copy_(b);
        }
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
