using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Adapters;

/// <summary>Fine-tuning of all parameters.</summary>
internal sealed class FullTuner(MultiTaskNetwork network) : ITuner
{
    public IReadOnlyList<(string Name, Parameter Value)> Trainable { get; } = network.Parameters.MakeTrainable(static _ => true);

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
