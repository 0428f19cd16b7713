using StreamBert.Model.Manifests;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Adapters;

/// <summary>
/// A method of fine-tuning attached to a network: which parameters are trained, what each step does beside, what is saved.
/// </summary>
internal interface ITuner : IDisposable
{
    /// <summary>The parameters to optimize, by name. No other parameter of the network has gradients.</summary>
    IReadOnlyList<(string Name, Parameter Value)> Trainable { get; }

    /// <summary>
    /// Tensors that change during training beside the parameters, by name. A resumed run copies their stored values into them.
    /// </summary>
    IReadOnlyList<(string Name, Tensor Value)> State { get; }

    /// <summary>Whether the parameters can be saved as the method's result: AdaLoRA must have reached its budget.</summary>
    bool IsComplete { get; }

    /// <summary>Computes a scalar to add to the loss; null if the method has none.</summary>
    Tensor? ComputePenalty();

    /// <summary>Completes a step: called after the optimizer's, while the gradients still exist.</summary>
    /// <param name="step">The number of completed steps, from 1.</param>
    /// <param name="steps">The number of steps of the run.</param>
    void OnStep(int step, int steps);

    /// <summary>Merges low-rank updates into the weights, which ends training; what cannot be merged stays attached.</summary>
    void Merge();

    /// <summary>Writes a package with the trained parameters and the configuration and tokenizer of the base package.</summary>
    /// <param name="baseDirectory">The directory of the package that the network was loaded from.</param>
    /// <param name="directory">The directory of the new package.</param>
    /// <param name="manifest">The manifest of the new package.</param>
    /// <exception cref="ModelPackageException">The base package cannot be read.</exception>
    void Save(string baseDirectory, string directory, PackageManifest manifest);
}
