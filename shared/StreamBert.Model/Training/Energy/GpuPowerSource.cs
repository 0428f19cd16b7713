namespace StreamBert.Model.Training.Energy;

/// <summary>An estimate of the energy of a GPU: its power, sampled at intervals, times the time.</summary>
/// <param name="readWatts">Samples the power in watts.</param>
/// <param name="time">Measures the time.</param>
internal sealed class GpuPowerSource(Func<double> readWatts, TimeProvider time) : IEnergySource
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private double _watts = readWatts();
    private long _readTimestamp = time.GetTimestamp(), _sampleTimestamp = time.GetTimestamp();

    public string Description => "power of the GPU from nvidia-smi × time";

    public double ReadJoules()
    {
        var joules = _watts * time.GetElapsedTime(_readTimestamp).TotalSeconds;
        _readTimestamp = time.GetTimestamp();
        if (time.GetElapsedTime(_sampleTimestamp) < Interval) return joules;
        (_watts, _sampleTimestamp) = (readWatts(), _readTimestamp);
        return joules;
    }
}
