using StreamBert.Gateway.Alerts;

namespace StreamBert.Tests.Gateway.Alerts;

public sealed class SilenceDurationTests
{
    [Theory]
    [InlineData("30m", 30)]
    [InlineData("4h", 240)]
    [InlineData("1d12h", 2_160)]
    [InlineData("2w", 20_160)]
    [InlineData(" 90s ", 1.5)]
    public void Durations_are_read_as_Prometheus_writes_them(string text, double minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), SilenceDuration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("4")]
    [InlineData("soon")]
    [InlineData("-4h")]
    [InlineData("4h30")]
    [InlineData("99999999999h")]
    public void Anything_else_is_no_duration(string text) => Assert.Null(SilenceDuration.Parse(text));
}
