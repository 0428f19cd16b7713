using Microsoft.Extensions.DependencyInjection;
using StreamBert.Alerting.Receivers;
using StreamBert.Streaming.Alerts;

namespace StreamBert.Alerting.Delivery;

/// <summary>Registers the part of the service that sends notifications to receivers.</summary>
internal static class DeliveryHosting
{
    /// <summary>Adds the delivery to the receivers in <see cref="AlertingOptions"/>.</summary>
    public static void AddDelivery(this IServiceCollection services)
    {
        services.AddSingleton(static provider => new ReceiverFactory(
            provider.GetRequiredService<AlertLinks>(), ReceiverFactory.CreateHandler(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DeliveryMetrics>();
        services.AddSingleton<DeliveryReporter>();
        services.AddHostedService<NotificationSender>();
    }
}
