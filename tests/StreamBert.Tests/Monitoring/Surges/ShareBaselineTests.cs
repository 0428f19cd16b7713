using StreamBert.Monitoring.Surges;

namespace StreamBert.Tests.Monitoring.Surges;

public sealed class ShareBaselineTests
{
    [Fact]
    public void A_series_with_a_short_history_is_expected_to_resemble_its_pipeline()
    {
        var options = new NegativeSurgeOptions();
        var young = new ShareBaseline { Selected = 4, Total = 5, Windows = 1 };
        var old = new ShareBaseline { Selected = 400, Total = 500, Windows = 50 };

        Assert.InRange(young.Test(10, 30, 0.2, options).Expected, 0.25, 0.4);
        Assert.InRange(old.Test(10, 30, 0.2, options).Expected, 0.7, 0.8);
        Assert.True(new ShareBaseline { Selected = 1, Total = 5 }.Test(20, 30, 0.2, options).PValue > new ShareBaseline
        {
            Selected = 100,
            Total = 500
        }.Test(20, 30, 0.2, options).PValue);
    }
}
