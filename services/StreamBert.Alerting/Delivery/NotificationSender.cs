using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamBert.Alerting.Receivers;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Alerting.Delivery;

/// <summary>
/// Sends the notifications to the receivers. Each receiver has a loop and a consumer group of its own: one that does not respond delays no
/// other. What it does not accept is sent again after growing delays.
/// </summary>
internal sealed class NotificationSender(
    IEventLog log, IOptions<AlertingOptions> options, ReceiverFactory factory, DeliveryReporter reporter, UnusableRecords unusable,
    Supervisor supervisor, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan InitialDelay = TimeSpan.FromSeconds(2), MaxDelay = TimeSpan.FromMinutes(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(options.Value.Receivers.Select(receiver => RunAsync(receiver, stoppingToken)));

    private Task RunAsync(ReceiverOptions receiver, CancellationToken stopping)
    {
        var delivery = new ReceiverDelivery(log, receiver, factory.Create(receiver), reporter, unusable, time);
        return supervisor.RunAsync(
            new SupervisedTask($"The receiver {receiver.Name}") { InitialDelay = InitialDelay, MaxDelay = MaxDelay },
            delivery.FollowAsync, stopping);
    }
}
