using Microsoft.Extensions.Time.Testing;
using StreamBert.Model.Training.Energy;

namespace StreamBert.Tests.Model.Training.Energy;

public sealed class EnergyMeterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Counters_of_packages_and_memory_are_added_and_may_wrap()
    {
        WriteDomain("intel-rapl:0", "package-0", 900_000, range: 1_000_000);
        WriteDomain("intel-rapl:0:0", "core", 5, range: 1_000_000); // a part of the package
        WriteDomain("intel-rapl:0:1", "dram", 100_000, range: 1_000_000);
        WriteDomain("intel-rapl:1", "psys", 7, range: 1_000_000); // contains the package
        var source = RaplSource.TryCreate(_folder.Path)!;

        WriteDomain("intel-rapl:0", "package-0", 300_000, range: 1_000_000); // 100,000 + 300,000 µJ later
        WriteDomain("intel-rapl:0:0", "core", 500_000, range: 1_000_000);
        WriteDomain("intel-rapl:0:1", "dram", 350_000, range: 1_000_000);

        Assert.Equal(0.4 + 0.25, source.ReadJoules(), 1e-9);
        Assert.Equal(0, source.ReadJoules());
    }

    [Fact]
    public void A_counter_that_cannot_be_read_is_made_up_for_and_named()
    {
        WriteDomain("intel-rapl:0", "package-0", 100_000, range: 1_000_000);
        var source = RaplSource.TryCreate(_folder.Path)!;

        File.Delete(_folder["intel-rapl:0/energy_uj"]);
        Assert.Equal(0, source.ReadJoules());
        WriteDomain("intel-rapl:0", "package-0", 600_000, range: 1_000_000);

        Assert.Equal(0.5, source.ReadJoules(), 1e-9);
        Assert.Equal("measured by RAPL, of which 1 readings failed", source.Description);
    }

    [Fact]
    public void Without_counters_there_is_no_measurement()
    {
        Assert.Null(RaplSource.TryCreate(_folder.Path));
        Assert.Null(RaplSource.TryCreate(_folder["missing"]));
    }

    [Fact]
    public void Processor_time_and_power_of_the_GPU_give_energy_and_emissions()
    {
        var (time, processor, watts) = (new FakeTimeProvider(), TimeSpan.Zero, 100.0);
        var meter = new EnergyMeter(
            [new ProcessorTimeSource(12, () => processor), new GpuPowerSource(() => watts, time)],
            new() { CoreWatts = 12, CarbonIntensity = 400 });

        (processor, watts) = (TimeSpan.FromSeconds(30), 300);
        time.Advance(TimeSpan.FromSeconds(20)); // at 100 W, then it is sampled again
        var joules = meter.ReadJoules();
        time.Advance(TimeSpan.FromSeconds(5));
        joules += meter.ReadJoules();

        Assert.Equal(12 * 30 + 100 * 20 + 300 * 5, joules, 1e-9);
        var estimate = meter.Estimate(joules: 1.8e6); // half a kilowatt hour
        Assert.Equal((0.5, 200, 400), (estimate.KilowattHours, estimate.CarbonGrams, estimate.CarbonIntensity));
        Assert.Equal(
            "estimated as processor time × 12 W per core; power of the GPU from nvidia-smi × time", estimate.Source);
    }

    [Theory]
    [InlineData("71.35\n", 71.35)]
    [InlineData("[N/A]\n", null)]
    [InlineData("", null)]
    public void The_power_of_a_GPU_is_a_number_or_unknown(string output, double? watts) =>
        Assert.Equal(watts, NvidiaSmi.TryParse(output));

    private void WriteDomain(string directory, string name, long energy, long range)
    {
        Directory.CreateDirectory(_folder[directory]);
        File.WriteAllText(_folder[$"{directory}/name"], name + "\n");
        File.WriteAllText(_folder[$"{directory}/energy_uj"], $"{energy}\n");
        File.WriteAllText(_folder[$"{directory}/max_energy_range_uj"], $"{range}\n");
    }
}
