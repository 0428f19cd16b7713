using StreamBert.Cli.Hosting;
using StreamBert.Operations.Ledger;

namespace StreamBert.Tests.Cli.Hosting;

public sealed class StatusLineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_shows_the_ledger_and_the_rate_since_the_last_look() => Assert.Equal(
        "in 1,500 · out 1,400 · dead-lettered 10 · in flight 90 · 200 texts/s · story: calm",
        StatusLine.Text(View(Noon.AddSeconds(2), 1_500, 1_400), View(Noon, 1_000, 1_000), "story: calm"));

    [Fact]
    public void Without_a_look_before_there_is_no_rate() =>
        Assert.Contains(" 0 texts/s", StatusLine.Text(View(Noon, 1_500, 1_400), null, ""), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, "[                    ] 0%")]
    [InlineData(0.5, "[==========          ] 50%")]
    [InlineData(1.2, "[====================] 100%")]
    public void The_bar_shows_the_share_done(double share, string bar)
        => Assert.Equal(bar, StatusLine.Bar(share).Replace(" %", "%", StringComparison.Ordinal));

    private static LedgerView View(DateTimeOffset at, long came, long went)
    {
        var line = new LedgerLine("total", null, came, went, 10, 90);
        return new(at, line, [line], [], 0);
    }
}
