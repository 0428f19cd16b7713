using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamBert.Monitoring.Previews;
using StreamBert.Privacy;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Monitoring;

/// <summary>Registers the monitoring service.</summary>
public static class MonitoringHosting
{
    /// <summary>
    /// Adds the service that turns predictions into trends and alerts. It reads the section <c>Monitoring</c> and the <c>Monitor</c> of
    /// each pipeline.
    /// </summary>
    public static IHostApplicationBuilder AddMonitoring(this IHostApplicationBuilder builder)
    {
        builder.AddStreamBertDefaults("monitoring");
        builder.AddPrivacy();
        builder.Services.AddOptions<MonitoringOptions>().BindConfiguration(MonitoringOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<MonitoringOptions>, OptionsValidator>();
        builder.Services.AddSingleton<MonitoringMetrics>();
        builder.Services.AddHostedService<MonitoringWorker>();
        builder.Services.AddHostedService<RulesPreviewWorker>();
        return builder;
    }

    private sealed class OptionsValidator : IValidateOptions<MonitoringOptions>
    {
        public ValidateOptionsResult Validate(string? name, MonitoringOptions options) =>
            options.Validate().ToList() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
    }
}
