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
/// Bottleneck adapters after the attention and the feed-forward network of each layer (the placement of Houlsby et al. 2019): they, the
/// layer norms of the layers and the heads are trained. New adapters are close to the identity.
/// </summary>
internal sealed class BottleneckTuner : ITuner
{
    /// <summary>The standard deviation of new weights (Houlsby et al. 2019, section 3.6).</summary>
    private const double InitialDeviation = 1e-3;

    private readonly MultiTaskNetwork _network;
    private readonly AdapterOptions _options;

    public BottleneckTuner(MultiTaskNetwork network, AdapterOptions options, int seed)
    {
        (_network, _options) = (network, options);
        using var generator = new Generator((ulong)seed, CPU);
        var linears = AdaptedLinear.GetAll(network.Config)
            .Where(static linear => linear.Target is AdapterTarget.AttentionOutput or AdapterTarget.Output);
        foreach (var linear in linears) Attach(linear, generator);
        Trainable = network.Parameters.MakeTrainable(
            static name => ParameterShapes.IsAdapter(name) || ParameterShapes.IsLayerNorm(name) || ParameterShapes.IsHead(name));
    }

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
        // bottlenecks stay in the forward pass
    }

    public void Save(string baseDirectory, string directory, PackageManifest manifest) =>
        ModelPackage.SaveAdapted(baseDirectory, directory, _network, manifest, TrainedAdapter.OfBottlenecks(_network));

    public void Dispose()
    {
        // the network owns the parameters
    }

    private void Attach(AdaptedLinear linear, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var deviation = InitialDeviation.ToScalar();
        var parameters = _network.Parameters;
        var device = parameters[linear.Layer + ParameterShapes.Weight].device;
        foreach (var (name, shape) in BottleneckAdapter.GetShapes(linear, _options.BottleneckSize))
        {
            var isWeight = name.EndsWith(ParameterShapes.Weight, StringComparison.Ordinal);
            parameters.Add(name, (isWeight ? randn(shape, generator: generator).mul_(deviation) : zeros(shape)).to(device));
        }
        parameters.Attach(linear.Layer, new BottleneckAdapter(parameters, linear));
    }
}
