using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting.Engines;
using StreamBert.Streaming.Hosting.Health;
using StreamBert.Streaming.Hosting.Logging;
using StreamBert.Streaming.Hosting.Provisioning;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Schemas;
using StreamBert.Streaming.Settings;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Streaming.Hosting;

/// <summary>Registers what all services have in common.</summary>
public static class StreamBertDefaults
{
    /// <summary>
    /// Settings that every other source overrides: ASP.NET Core logs several lines for each request, health probes included.
    /// </summary>
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = nameof(LogLevel.Warning)
    };

    /// <summary>
    /// Settings (<see cref="SettingsSources"/>), single-line console logs, OpenTelemetry, the
    /// <see cref="IEventLog"/> chosen by <c>Log:Engine</c>, the <see cref="PipelineCatalog"/>, <see cref="Readiness"/>, and the
    /// creation of the topics before any later hosted service starts. May be called several times in one host.
    /// </summary>
    /// <param name="service">The service's short name, such as <c>inference</c>; OpenTelemetry shows <c>streambert-inference</c>.</param>
    /// <param name="settingsFile">A file of settings that the user names; null: see <see cref="SettingsSources"/>.</param>
    public static T AddStreamBertDefaults<T>(this T builder, string service, string? settingsFile = null) where T : IHostApplicationBuilder
    {
        var known = builder.Services.FirstOrDefault(static d => d.ServiceType == typeof(ServiceNames))?.ImplementationInstance;
        if (known is ServiceNames names)
        {
            names.Add(service);
            return builder;
        }
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        SettingsSources.Add(builder.Configuration, settingsFile);
        SettingsFileChecks.Check(builder.Configuration);
        AddLogging(builder.Logging, builder.Configuration);
        AddOptions(builder);
        AddTelemetry(builder, [service]);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<Readiness>();
        builder.Services.TryAddSingleton(static services => new ProcessIdentity(services.GetRequiredService<ServiceNames>()));
        builder.Services.TryAddSingleton<Supervisor>();
        builder.Services.TryAddSingleton<UnusableRecords>();
        builder.Services.TryAddSingleton(EventLogFactory.Create);
        builder.Services.TryAddSingleton<SchemaDecoder>();
        builder.Services.TryAddSingleton(static services => Pipelines(services.GetRequiredService<IConfiguration>()));
        builder.Services.AddHostedService<HealthEndpoint>();
        builder.Services.AddHostedService<TopicCreator>();
        builder.Services.AddHostedService<LogHealthMonitor>();
        builder.Services.AddHostedService<DiskHealthMonitor>();
        if (EventLogFactory.ResolveEngine(builder.Configuration) == EventLogOptions.Kafka)
            builder.Services.AddHostedService<HealthReporter>();
        return builder;
    }

    /// <summary>Logs one line per message, and only the number of repeated messages.</summary>
    private static void AddLogging(ILoggingBuilder logging, IConfiguration configuration)
    {
        ConsoleLogs.Add(logging, configuration);
        logging.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(static services => new RateLimitedLoggerFactory(
            new LoggerFactory(
                services.GetServices<ILoggerProvider>(), services.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(),
                services.GetService<IOptions<LoggerFactoryOptions>>(), services.GetService<IExternalScopeProvider>()),
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<SecretMask>(), services
                .GetRequiredService<DemotedCategories>())));
        logging.Services.TryAddSingleton<SecretMask>();
        logging.Services.TryAddSingleton(new DemotedCategories());
    }

    private static void AddOptions(IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<EventLogOptions>().BindConfiguration(EventLogOptions.Section)
            .Validate(static o => o.Partitions is > 0 and <= 1024, "Log:Partitions must be between 1 and 1024.")
            .Validate(
                static o => o.MaxAge is null || o.MaxAge > TimeSpan.Zero,
                "Log:MaxAge must be positive, or left out to keep everything.")
            .Validate(
                static o => !(o.DeadLetterMaxAge <= TimeSpan.Zero) && !(o.FeedbackMaxAge <= TimeSpan.Zero),
                "Log:DeadLetterMaxAge and Log:FeedbackMaxAge must be positive, or left out to keep everything.")
            .Validate(static o => o.MaxBytes is null or > 0, "Log:MaxBytes must be positive, or left out to keep everything.")
            .Validate(
                static o => o.MaxFileBytes is null or >= 1024 * 1024,
                "Log:MaxFileBytes must be at least 1048576 (1 MiB), or left out.")
            .Validate(static o => o.RetentionCheckInterval > TimeSpan.Zero, "Log:RetentionCheckInterval must be positive.")
            .ValidateOnStart();
        builder.Services.AddOptions<SchemaRegistryOptions>().BindConfiguration(SchemaRegistryOptions.Section).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SchemaRegistryOptions>, SchemaRegistryValidation>());
        builder.Services.AddOptions<MetricsOptions>().BindConfiguration(MetricsOptions.Section);
        builder.Services.AddOptions<DiskOptions>().BindConfiguration(DiskOptions.Section)
            .Validate(
                static o => o.MinFreeBytes is null or >= 0,
                "Disk:MinFreeBytes must not be negative; leave it out for a twentieth of the disk, 64 MiB at most.").ValidateOnStart();
    }

    private static void AddTelemetry(IHostApplicationBuilder builder, ServiceNames names)
    {
        builder.Services.AddSingleton(names);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Configuration["OTEL_SERVICE_NAME"] ?? names.ToString()))
            .WithMetrics(static metrics => metrics.AddMeter($"{Telemetry.Prefix}*").AddRuntimeInstrumentation());
        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            telemetry.WithTracing(static tracing => tracing.AddSource(Telemetry.Sources)).UseOtlpExporter();
        if (builder.Configuration.GetSection(MetricsOptions.Section).Get<MetricsOptions>() is not { Port: { } port } options)
            return;
        if (port is < 1 or > 65534)
            throw new ConfigurationException($"Metrics:Port is {port}; it must be between 1 and 65534, or left out for no endpoint.");
        telemetry.WithMetrics(metrics => metrics.AddPrometheusHttpListener(listener => (listener.Host, listener.Port) = options.Exporter));
    }

    internal static PipelineCatalog Pipelines(IConfiguration configuration)
    {
        var limits = Limits(configuration.GetSection(FieldLimits.Section));
        var section = configuration.GetSection(PipelineCatalog.Section);
        if (!section.Exists())
            return new(DefaultPipelines.All, limits);
        try
        {
            return new([.. section.GetChildren().Select(static child => child.Get<PipelineOptions>(
                static o => o.ErrorOnUnknownConfiguration = true)
                ?? throw new ConfigurationException($"The setting '{child.Path}' is empty; give it at least a Name and Heads."))], limits);
        }
        catch (InvalidOperationException e)
        {
            throw new ConfigurationException($"The section '{PipelineCatalog.Section}' cannot be read: {e.Message}", e);
        }
    }

    private static FieldLimits? Limits(IConfigurationSection section)
    {
        try
        {
            return section.Get<FieldLimits>(static o => o.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException e)
        {
            throw new ConfigurationException($"The section '{FieldLimits.Section}' cannot be read: {e.Message}", e);
        }
    }
}
