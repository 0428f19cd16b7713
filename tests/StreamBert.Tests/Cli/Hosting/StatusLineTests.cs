using StreamBert.Cli.Hosting;
using StreamBert.Operations.Ledger;

namespace StreamBert.Tests.Cli.Hosting;

public sealed class StatusLineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_shows_the_ledger_and_the_throughput_since_the_last_reading() => Assert.Equal(
        "in 1,500 · out 1,400 · dead-lettered 10 · in flight 90 · 200 texts/s · scenario: baseline",
        StatusLine.Format(View(Noon.AddSeconds(2), 1_500, 1_400), View(Noon, 1_000, 1_000), "scenario: baseline"));

    [Fact]
    public void Without_an_earlier_reading_the_throughput_is_zero() =>
        Assert.Contains(" 0 texts/s", StatusLine.Format(View(Noon, 1_500, 1_400), null, ""), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, "[                    ] 0%")]
    [InlineData(0.5, "[==========          ] 50%")]
    [InlineData(1.2, "[====================] 100%")]
    public void The_progress_bar_shows_the_completed_share(double share, string bar)
        => Assert.Equal(bar, StatusLine.FormatBar(share).Replace(" %", "%", StringComparison.Ordinal));

    private static LedgerView View(DateTimeOffset at, long came, long went)
    {
        var line = new LedgerLine("total", null, came, went, 10, 90);
        return new(at, line, [line], [], 0);
    }
}
