using System.Globalization;

namespace StreamBert.Model.Training.Energy;

/// <summary>An estimate of the energy of the processor: its time times a power.</summary>
/// <param name="coreWatts">The power of a busy core in watts.</param>
/// <param name="getProcessorTime">Returns the processor time of the process.</param>
internal sealed class ProcessorTimeSource(double coreWatts, Func<TimeSpan> getProcessorTime) : IEnergySource
{
    private TimeSpan _time = getProcessorTime();

    public string Description => string.Create(CultureInfo.InvariantCulture, $"estimated as processor time × {coreWatts} W per core");

    public double ReadJoules()
    {
        var before = _time;
        _time = getProcessorTime();
        return coreWatts * (_time - before).TotalSeconds;
    }
}
