using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamBert.Alerting.Delivery;
using StreamBert.Alerting.Planning;
using StreamBert.Alerting.Routing;
using StreamBert.Streaming.Alerts;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Alerting;

/// <summary>Registers the alerting service.</summary>
public static class AlertingHosting
{
    /// <summary>Adds the service that tells people of alerts. It reads the section <c>Alerting</c>.</summary>
    public static IHostApplicationBuilder AddAlerting(this IHostApplicationBuilder builder)
    {
        builder.AddStreamBertDefaults("alerting");
        builder.Services.AddOptions<AlertingOptions>().BindConfiguration(AlertingOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<AlertingOptions>, AlertingOptionsValidator>();
        builder.AddAlertLinks();
        builder.Services.AddSingleton<RouteTable>();
        builder.Services.AddSingleton<NotificationPlanner>();
        builder.Services.AddSingleton<AlertingMetrics>();
        builder.Services.AddHostedService<AlertingWorker>();
        builder.Services.AddDelivery();
        return builder;
    }
}
