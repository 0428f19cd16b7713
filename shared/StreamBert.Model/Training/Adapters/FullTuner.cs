using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Adapters;

/// <summary>Fine-tuning of all parameters, or of those of the heads only.</summary>
internal sealed class FullTuner(MultiTaskNetwork network, bool headsOnly) : ITuner
{
    public IReadOnlyList<(string Name, Parameter Value)> Trainable { get; } =
        network.Parameters.MakeTrainable(name => !headsOnly || ParameterShapes.IsHead(name));

    public IReadOnlyList<(string Name, Tensor Value)> State => [];

    public bool IsComplete => true;

    public Tensor? ComputePenalty() => null;

    public void OnStep(int step, int steps)
    {
        // nothing to do beside the optimizer's step
    }

    public void Merge()
    {
        // nothing to merge
    }

    public void Save(string baseDirectory, string directory, PackageManifest manifest) =>
        ModelPackage.SaveDerived(baseDirectory, directory, network, manifest);

    public void Dispose()
    {
        // the network owns the parameters
    }
}
