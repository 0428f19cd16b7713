using StreamBert.Model.Network;

namespace StreamBert.Model.Training.Adapters;

/// <summary>Attaches a method of fine-tuning to a network.</summary>
internal static class Tuner
{
    /// <summary>Adds the parameters of the method to the network, and makes them and those of the heads trainable.</summary>
    /// <param name="seed">The seed of the initial values.</param>
    /// <param name="headsOnly">Whether only the heads are trained, which needs no method.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of range, or only the heads are to be trained by a method that trains adapters.
    /// </exception>
    /// <exception cref="ModelPackageException">The network has adapters that cannot be merged.</exception>
    public static ITuner Attach(MultiTaskNetwork network, AdapterOptions options, int seed, bool headsOnly = false)
    {
        AdapterOptionsValidator.Validate(options);
        if (headsOnly && options.Method != AdapterMethod.Full)
            throw new ArgumentException($"The method {options.Method} trains adapters of the encoder, which is frozen.");
        if (network.Parameters.HasAdapters && options.Method != AdapterMethod.Full)
            throw new ModelPackageException("The base package has bottleneck adapters, which cannot be merged; take its own base package.");
        return options.Method switch
        {
            AdapterMethod.Full => new FullTuner(network, headsOnly),
            AdapterMethod.Lora => new LoraTuner(network, options, seed),
            AdapterMethod.AdaLora => new AdaLoraTuner(network, options, seed),
            _ => new BottleneckTuner(network, options, seed),
        };
    }
}
