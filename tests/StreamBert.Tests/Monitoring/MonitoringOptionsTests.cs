using StreamBert.Monitoring;

namespace StreamBert.Tests.Monitoring;

public sealed class MonitoringOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(new MonitoringOptions().Faults());

    [Fact]
    public void Every_fault_is_named_with_its_key()
    {
        var options = new MonitoringOptions { CommitInterval = TimeSpan.Zero, Surge = { MinimumLift = 2 }, Windows = { MaxGap = 0 } };

        var faults = options.Faults().ToList();

        Assert.Equal(3, faults.Count);
        Assert.Contains(faults, static fault => fault.StartsWith("Monitoring:CommitInterval", StringComparison.Ordinal));
        Assert.Contains(faults, static fault => fault.StartsWith("Monitoring:Surge:MinimumLift", StringComparison.Ordinal));
        Assert.Contains(faults, static fault => fault.StartsWith("Monitoring:Windows:MaxGap", StringComparison.Ordinal));
    }
}
