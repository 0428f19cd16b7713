using StreamBert.Model.Network;

namespace StreamBert.Model.Training.Adapters;

/// <summary>Attaches a method of fine-tuning to a network.</summary>
internal static class Tuner
{
    /// <summary>Adds the parameters of the method to the network, and makes them and those of the heads trainable.</summary>
    /// <param name="seed">The seed of the initial values.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of range, or the network has adapters that cannot be merged.
    /// </exception>
    public static ITuner Attach(MultiTaskNetwork network, AdapterOptions options, int seed)
    {
        AdapterOptionsValidator.Validate(options);
        if (network.Parameters.HasAdapters && options.Method != AdapterMethod.Full)
            throw new ArgumentException("The base package has bottleneck adapters, which cannot be merged; take its own base package.");
        return options.Method switch
        {
            AdapterMethod.Full => new FullTuner(network),
            AdapterMethod.Lora => new LoraTuner(network, options, seed),
            AdapterMethod.AdaLora => new AdaLoraTuner(network, options, seed),
            _ => new BottleneckTuner(network, options, seed),
        };
    }
}
