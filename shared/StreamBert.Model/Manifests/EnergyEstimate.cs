namespace StreamBert.Model.Manifests;

/// <summary>The energy and the emissions of a training run, in <c>streambert.json</c>.</summary>
/// <param name="KilowattHours">The energy in kilowatt hours.</param>
/// <param name="Source">How the energy was determined.</param>
/// <param name="CarbonGrams">The emissions in grams of CO₂ equivalent.</param>
/// <param name="CarbonIntensity">The assumed emissions of electricity in grams of CO₂ equivalent per kilowatt hour.</param>
public sealed record EnergyEstimate(double KilowattHours, string Source, double CarbonGrams, double CarbonIntensity);
