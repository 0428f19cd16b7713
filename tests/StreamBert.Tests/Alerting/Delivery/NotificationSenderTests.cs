using StreamBert.Contracts;

namespace StreamBert.Tests.Alerting.Delivery;

/// <summary>Tests the deliveries to several receivers.</summary>
public sealed class NotificationSenderTests
{
    [Fact]
    public async Task A_receiver_that_hangs_does_not_delay_another()
    {
        await using var bench = await DeliveryBench.CreateAsync();
        await using var hanging = await ReceivingServer.StartAsync(ReceivingServer.Hang);
        await using var healthy = await ReceivingServer.StartAsync();
        bench.Options.Receivers.Add(DeliveryBench.Webhook(hanging.Url, "slow"));
        bench.Options.Receivers.Add(DeliveryBench.Webhook(healthy.Url));
        using var sender = bench.CreateSender();

        await sender.StartAsync(DeliveryBench.Cancellation);
        await bench.RequestAsync("n-1", NotificationCauses.Firing, "slow");
        Assert.Equal("n-1", (await hanging.NextAsync()).Id);
        await bench.RequestAsync("n-2", NotificationCauses.Firing);
        await bench.RequestAsync("n-3", NotificationCauses.Resolved);

        Assert.Equal(("n-2", "alert.firing"), await healthy.NextAsync());
        Assert.Equal(("n-3", "alert.resolved"), await healthy.NextAsync());
        Assert.True(hanging.IsEmpty);
        await sender.StopAsync(DeliveryBench.Cancellation);
    }
}
