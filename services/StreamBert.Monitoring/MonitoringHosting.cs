using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamBert.Monitoring.Worker;
using StreamBert.Privacy;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Monitoring;

/// <summary>Composes the monitoring service.</summary>
public static class MonitoringHosting
{
    /// <summary>
    /// Predictions → trends, drift, fairness, alerts. Settings: the section <c>Monitoring</c> and each pipeline's <c>Monitor</c>.
    /// </summary>
    public static IHostApplicationBuilder AddMonitoring(this IHostApplicationBuilder builder)
    {
        builder.AddStreamBertDefaults("monitoring");
        builder.AddPrivacy();
        builder.Services.AddOptions<MonitoringOptions>().BindConfiguration(MonitoringOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<MonitoringOptions>, Validation>();
        builder.Services.AddSingleton<MonitoringMetrics>();
        builder.Services.AddHostedService<MonitoringWorker>();
        return builder;
    }

    private sealed class Validation : IValidateOptions<MonitoringOptions>
    {
        public ValidateOptionsResult Validate(string? name, MonitoringOptions options) =>
            options.Faults().ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
