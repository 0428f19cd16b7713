namespace StreamBert.Model.Training.Energy;

/// <summary>The assumptions of an estimate of energy and emissions.</summary>
public sealed record EnergyOptions
{
    /// <summary>
    /// The power of a busy processor core in watts, where the energy cannot be measured; default 12 (Lannelongue et al. 2021, "Green
    /// Algorithms").
    /// </summary>
    public double CoreWatts { get; init; } = 12;

    /// <summary>
    /// The emissions of electricity in grams of CO₂ equivalent per kilowatt hour; default 475, the average of the world (International
    /// Energy Agency 2019).
    /// </summary>
    public double CarbonIntensity { get; init; } = 475;
}
