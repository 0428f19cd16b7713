using StreamBert.Monitoring;

namespace StreamBert.Tests.Monitoring;

public sealed class MonitoringOptionsTests
{
    [Fact]
    public void The_deerrors_are_valid() => Assert.Empty(new MonitoringOptions().Validate());

    [Fact]
    public void Every_invalid_option_is_reported_with_its_key()
    {
        var options = new MonitoringOptions
        {
            CommitInterval = TimeSpan.Zero,
            Fairness = { Tolerance = 2 },
            Windows = { MaxEmptyWindows = 0 },
        };

        var errors = options.Validate().ToList();

        Assert.Equal(3, errors.Count);
        Assert.Contains(errors, static error => error.StartsWith("Monitoring:CommitInterval", StringComparison.Ordinal));
        Assert.Contains(errors, static error => error.StartsWith("Monitoring:Fairness:Tolerance", StringComparison.Ordinal));
        Assert.Contains(errors, static error => error.StartsWith("Monitoring:Windows:MaxEmptyWindows", StringComparison.Ordinal));
    }
}
