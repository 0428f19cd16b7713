using StreamBert.Gateway.Dashboard.Display;
using StreamBert.Gateway.Dashboard.Session;
using StreamBert.Operations.Ledger;

namespace StreamBert.Tests.Gateway.Dashboard.Session;

public sealed class InputRatesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly InputRates _rates = new();

    [Fact]
    public void One_ledger_tells_no_rate()
    {
        _rates.Add(Ledger(0, 100));
        _rates.Add(Ledger(0, 100));

        Assert.Null(_rates.RateOf("texts.news"));
        Assert.Equal("measuring", SourceText.Rate(_rates.RateOf("texts.news")));
    }

    [Fact]
    public void The_rate_is_that_of_the_last_minute()
    {
        foreach (var (second, count) in new[] { (0, 0L), (30, 3_000L), (60, 3_300L), (90, 3_600L) })
            _rates.Add(Ledger(second, count));

        Assert.Equal(10, _rates.RateOf("texts.news"));
        Assert.Null(_rates.RateOf("texts.other"));
    }

    [Fact]
    public void A_topic_without_new_texts_has_the_rate_zero()
    {
        _rates.Add(Ledger(0, 100));
        _rates.Add(Ledger(10, 100));

        Assert.Equal("0 per s", SourceText.Rate(_rates.RateOf("texts.news")));
    }

    private static LedgerView Ledger(int second, long count)
    {
        var line = new LedgerLine("texts.news", "news", count, count, 0, 0);
        return new(Noon.AddSeconds(second), line, [line], [], 0);
    }
}
