using StreamBert.Model.Manifests;

namespace StreamBert.Model.Training.Energy;

/// <summary>Adds up the energy of the processor, by its counters where they can be read, and of the GPU.</summary>
internal sealed class EnergyMeter(IReadOnlyList<IEnergySource> sources, EnergyOptions options)
{
    private const double JoulesPerKilowattHour = 3.6e6;

    /// <summary>Creates the meter of a run.</summary>
    /// <param name="gpu">The index of the GPU that the run uses; null if it uses none.</param>
    public static EnergyMeter Create(int? gpu, EnergyOptions options, TimeProvider time)
    {
        var rapl = RaplSource.TryCreate();
        List<IEnergySource> sources = [rapl is not null ? rapl : new ProcessorTimeSource(options.CoreWatts, ReadProcessorTime)];
        if (gpu is { } index && NvidiaSmi.TryReadWatts(index) is { } watts)
            sources.Add(new GpuPowerSource(() => NvidiaSmi.TryReadWatts(index) ?? watts, time));
        return new(sources, options);
    }

    /// <summary>Returns the energy since the last call in joules.</summary>
    public double ReadJoules() => sources.Sum(static source => source.ReadJoules());

    /// <summary>Estimates the energy and the emissions of a run.</summary>
    public EnergyEstimate Estimate(double joules)
    {
        var energy = joules / JoulesPerKilowattHour;
        var description = string.Join("; ", sources.Select(static source => source.Description));
        return new(energy, description, energy * options.CarbonIntensity, options.CarbonIntensity);
    }

    private static TimeSpan ReadProcessorTime() => Environment.CpuUsage.TotalTime;
}
